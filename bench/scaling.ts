// `npm run bench:scaling`: the same documents with more and more workers; the rate should grow with them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempDisposableSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeText } from '../src/bench/write-text.ts';
import { packageRoot } from '../src/package-root.ts';
import { describeMachine } from './machine.ts';
import { ensureModel } from './models/ensure-model.ts';
import { type Part, steadyRate } from './report/steady-rate.ts';
import { type ScalingSeries, toScalingPage } from './report/to-scaling-page.ts';

const HELP = `Times the same run with more and more workers, and writes down how their rate grows.

  $ npm run bench:scaling                                        # 270M on this machine's cores, then the stub
  $ npm run bench:scaling -- --model stub:delay=100 --workers 1,4,16

  --model MODEL    a GGUF file, or \`stub:delay=MS\` for workers that only wait
  --workers LIST   how many, one measurement each
  --documents N    documents per worker; a shard holds 25 of them (default 200)
  --out DIR        where scaling.json and scaling.md are written (default docs/benchmarks)

Nothing else should run meanwhile.
`;

const WORDS = 40;
/** Four seconds a shard: what a worker does with a real model, without the core that it would need. */
const STUB = 'stub:delay=160';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    workers: { type: 'string' },
    documents: { type: 'string', default: '200' },
    out: { type: 'string', default: 'docs/benchmarks' },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const series: ScalingSeries[] = [];
  for (const { model, workers } of chooseSeries()) {
    const measurements: { workers: number; documentsPerSecond: number }[] = [];
    for (const count of workers) {
      const documentsPerSecond = await measure(model, count);
      process.stderr.write(`${model}: ${count} workers, ${documentsPerSecond.toFixed(2)} documents/s\n`);
      measurements.push({ workers: count, documentsPerSecond });
    }
    series.push({ model: model.split('/').at(-1) ?? model, measurements });
  }
  const report = { machine: describeMachine(), documentsPerWorker: Number(flags.documents), series };
  mkdirSync(flags.out, { recursive: true });
  writeFileSync(join(flags.out, 'scaling.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(flags.out, 'scaling.md'), toScalingPage(report));
}

/** What the flags ask for; without any, the real model on as many cores as there are, and the stub far beyond. */
function chooseSeries(): { readonly model: string; readonly workers: readonly number[] }[] {
  const given = flags.workers?.split(',').map(Number);
  if (flags.model !== undefined) return [{ model: flags.model, workers: given ?? [1, 2] }];
  return [
    { model: ensureModel('q4_0'), workers: given ?? [1, 2] },
    { model: STUB, workers: given ?? [1, 2, 4, 8, 16, 32, 64] },
  ];
}

/** Documents per second of so many workers while all of them have work. */
async function measure(model: string, workers: number): Promise<number> {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'docmill-scaling-'));
  const input = join(directory.path, 'documents.jsonl');
  writeDocuments(input, workers * Number(flags.documents));
  const out = join(directory.path, 'out');
  const parameters = ['run', '--input', input, '--task', 'ticket', '--model', model, '--out', out, '--run', 'scaling'];
  const program = join(packageRoot(), 'bin', 'docmill.js');
  const child = spawn(process.execPath, [program, ...parameters, '--workers', String(workers), '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'exit');
  const code = child.exitCode;
  // 3: complete, and some documents failed, which a model with random weights may do.
  if (code !== 0 && code !== 3) throw new Error(`docmill run ended with ${String(code)}`);
  return steadyRate(readParts(join(out, 'scaling', 'parts')), workers);
}

function writeDocuments(path: string, count: number): void {
  const countWords = (text: string): number => text.split(/\s+/).length;
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ id: String(index), text: writeText('mail', WORDS, index + 1, countWords) }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** When each part was written, and how many documents are in it. */
function readParts(directory: string): Part[] {
  return readdirSync(directory).map((name) => {
    const path = join(directory, name);
    return { atMs: statSync(path).mtimeMs, documents: readFileSync(path, 'utf8').trimEnd().split('\n').length };
  });
}
