// `npm run bench:planning`: plans a file of many records; memory must not grow with them, but for what the docs say.
import { createWriteStream, mkdtempDisposableSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ticket from '../schemas/tasks/ticket.ts';
import { STUB_IDENTITY, STUB_SETTINGS } from '../src/engine/stub.ts';
import { planRun } from '../src/producer/plan-run.ts';
import { compileTask } from '../src/task/compile-task.ts';
import { taskFromDefinition } from '../src/task/zod-to-json-schema.ts';

const HELP = `Plans one JSONL file of N records for the stub model; prints pace and memory as it goes, one line of JSON each time.

  $ npm run bench:planning -- --records 10000000

  --records N   how many (default 10000000)
  --own-ids     records bring their own ids, which must be compared
  --dedupe      every second record has the content of another one, and is not planned
`;

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '10000000' },
    'own-ids': { type: 'boolean', default: false },
    dedupe: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'docmill-planning-'));
  const input = join(directory.path, 'records.jsonl');
  await writeRecords(input, Number(flags.records));
  await planAndPrint(input, join(directory.path, 'out'));
}

async function writeRecords(path: string, count: number): Promise<void> {
  const file = createWriteStream(path);
  for (let from = 0; from < count; from += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, count - from) }, (_, index) => recordOf(from + index));
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

function recordOf(number: number): string {
  const content = flags.dedupe ? Math.floor(number / 2) : number;
  const text = `Ticket ${content}: order ${content * 7919} has not arrived, please look into it.`;
  return `${JSON.stringify(flags['own-ids'] ? { id: `ticket-${number}`, text } : { text })}\n`;
}

/** Prints twenty times how far it is, and once at the end, when ids have been compared and the run exists. */
async function planAndPrint(input: string, out: string): Promise<void> {
  const every = Math.max(1, Math.floor(Number(flags.records) / 20));
  const began = performance.now();
  const print = (documents: number): void => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const cpuSeconds = Math.round(process.cpuUsage().user / 1e6);
    const rssMegabytes = Math.round(process.memoryUsage.rss() / 1e6);
    process.stdout.write(`${JSON.stringify({ documents, seconds, cpuSeconds, rssMegabytes })}\n`);
  };
  const { open } = await planRun({
    inputs: [input],
    stdin: nothing(),
    compiled: compileTask(taskFromDefinition(ticket)),
    model: { identity: STUB_IDENTITY, settings: STUB_SETTINGS },
    out,
    name: undefined,
    limits: {},
    keep: [],
    records: {},
    dedupe: flags.dedupe,
    since: null,
    selection: {},
    versions: {},
    signal: new AbortController().signal,
    onPlanned: (documents) => {
      if (documents % every === 0) print(documents);
    },
  });
  print(open.run.documents + open.run.aliases);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
