import type { Report } from './report.ts';
import { gigabytes, percent, table } from './table.ts';
import { median } from './median.ts';

/** The machine, the versions and the model files, and how much of the core others took meanwhile. */
export function machineLines({ date, machine, core, models, results }: Report): string[] {
  const all = results.flatMap(({ sides }) => Object.values(sides).flat());
  const foreign = all.flatMap(({ foreignShare }) => (foreignShare === null ? [] : [foreignShare]));
  const counts = results.flatMap(({ sides }) => Object.values(sides).map(({ length }) => length));
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const rounds = fewest < most ? `${fewest} to ${most}` : String(fewest);
  const facts = [
    `${machine.cpu}, ${machine.cores} cores (${machine.features.join(', ')}), ${gigabytes(machine.memoryBytes)}, ${machine.system}`,
    `docmill ${machine.docmill}, node-llama-cpp ${machine.nodeLlamaCpp}, llama.cpp ${machine.llamaCpp}, Node ${machine.node}`,
    core === null
      ? 'one thread a side, not held to one core: this system cannot'
      : `every side alone on core ${core}, one thread; others took ${percent(median(foreign))} of it (median), ${percent(Math.max(...foreign))} at most`,
    `${rounds} rounds, sides in turn, medians; begun ${date}`,
    'all sides use the CPU kernels that node-llama-cpp ships; the programs of llama.cpp are built from the source in the same package',
  ];
  const files = Object.entries(models).map(([name, { bytes, sha256 }]) => [
    `\`${name}\``,
    `${(bytes / 1e6).toFixed(1)} MB`,
    `\`${sha256.slice(0, 16)}…\``,
  ]);
  return [facts.map((fact) => `- ${fact}`).join('\n'), table(['model', 'size', 'sha256'], files), MODELS];
}

const MODELS =
  '`q8_0`, `q4_0` and their variants have the shape of Gemma 3 270M and random weights: they are right for speed, which does not depend on the values except that random ones make many branches of labels likely, each of which costs a row of logits, and say nothing about answers. `demo` is the demo model of 4 million parameters.';
