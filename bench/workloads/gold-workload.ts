import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openParser } from '../../src/documents/parse-apart/open-parser.ts';
import { readGold } from '../../src/evaluation/read-gold.ts';
import { toFinalGold } from '../../src/evaluation/to-final-gold.ts';
import { packageRoot } from '../../src/package-root.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import { loadTask } from '../../src/task/load-task.ts';
import { cachePath } from '../cache.ts';
import type { Workload } from './workload.ts';

/** Documents of a forms that the demo model never saw: enough to time them, few enough to wait for. */
const GENERATED = 160;

/**
 * Documents of a built-in task with their right answers: the written examples, and then generated ones in forms that
 * the demo model was not trained on. Every document comes once, so that no side finds one in its cache.
 */
export async function goldWorkload(
  name: 'ticket' | 'invoice',
  documents = Number.POSITIVE_INFINITY,
): Promise<Workload> {
  const task = compileTask(await loadTask(name));
  const examples = join(packageRoot(), 'examples', `${name}s`);
  await using parser = openParser();
  const known: Workload['documents'][number][] = [];
  const sources = [
    { file: `${examples}.gold.jsonl`, folder: examples, most: documents },
    ...(documents > 26 ? [{ file: generatedGold(name), folder: undefined, most: GENERATED }] : []),
  ];
  for (const { file, folder, most } of sources) {
    let taken = 0;
    for await (const document of readGold(file, folder)) {
      const read = await document.read(parser);
      const final = toFinalGold(task, document.gold);
      if (taken === most || read.status !== 'read' || final.status !== 'final') continue;
      known.push({ text: read.document.text, gold: final.answer });
      taken += 1;
    }
  }
  return { name, says: `${name}s with gold answers`, task, documents: known.slice(0, documents) };
}

/** Made by the demo model's own generator, which needs nothing but Python. */
function generatedGold(name: string): string {
  const folder = cachePath('gold');
  const path = join(folder, `heldout-${name}.jsonl`);
  if (!existsSync(path)) {
    const script = join(packageRoot(), 'finetune', 'demo', 'generate.py');
    const parameters = [script, '--out', folder, '--documents', '20'];
    execFileSync(process.env['PYTHON'] ?? 'python3', parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return path;
}
