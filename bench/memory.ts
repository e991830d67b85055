// `npm run bench:memory`: many documents through one worker; its memory must not grow.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readHeartbeats } from '../src/ledger/heartbeats.ts';
import { packageRoot } from '../src/package-root.ts';
import { describeMachine } from './machine.ts';
import { toMemoryPage } from './report/to-memory-page.ts';
import { writeText } from '../src/bench/write-text.ts';

const HELP = `Sends N documents through one worker and writes down its memory.

  $ npm run bench:memory -- --documents 20000

  --documents N  how many (default 20000)
  --task TASK    what is asked (default ticket)
  --model MODEL  a GGUF file (default the demo model)
  --out DIR      where memory.json and memory.md are written (default docs/benchmarks)
`;

/** The worker's memory when it had done so many documents. */
export type MemorySample = { readonly seconds: number; readonly documents: number; readonly rssBytes: number };

const EVERY_MS = 1000;

const { values: flags } = parseArgs({
  options: {
    documents: { type: 'string', default: '20000' },
    task: { type: 'string', default: 'ticket' },
    model: { type: 'string', default: join(packageRoot(), 'models', 'demo.gguf') },
    out: { type: 'string', default: 'docs/benchmarks' },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'docmill-memory-'));
  const input = join(directory.path, 'documents.jsonl');
  writeDocuments(input, Number(flags.documents));
  const samples = await watchRun(input, join(directory.path, 'out'));
  const report = { machine: describeMachine(), model: flags.model.split('/').at(-1) ?? '', task: flags.task, samples };
  const path = join(flags.out, 'memory.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report)}\n`);
  writeFileSync(join(flags.out, 'memory.md'), toMemoryPage(report));
}

/** Documents of 20 to 180 words, all different. */
function writeDocuments(path: string, count: number): void {
  const countWords = (text: string): number => text.split(/\s+/).length;
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ id: String(index), text: writeText('mail', 20 + ((index * 37) % 160), index + 1, countWords) }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

async function watchRun(input: string, out: string): Promise<MemorySample[]> {
  const parameters = ['run', '--input', input, '--task', flags.task, '--model', flags.model, '--out', out];
  const program = join(packageRoot(), 'bin', 'docmill.js');
  const child = spawn(process.execPath, [program, ...parameters, '--workers', '1', '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DOCMILL_HEARTBEAT_MS: String(EVERY_MS) },
  });
  const samples: MemorySample[] = [];
  const began = performance.now();
  const look = async (): Promise<void> => {
    for (const { heartbeat } of await readHeartbeats(out, Date.now()).catch(() => [])) {
      if (heartbeat.documents === samples.at(-1)?.documents) continue;
      const { documents, rssBytes } = heartbeat;
      samples.push({ seconds: Math.round((performance.now() - began) / 1000), documents, rssBytes });
    }
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  await once(child, 'exit');
  clearInterval(timer);
  const code = child.exitCode;
  // 3: complete, and some documents failed, which a model with random weights may do.
  if (code !== 0 && code !== 3) throw new Error(`docmill run ended with ${String(code)}`);
  return samples;
}
