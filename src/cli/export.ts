import type { Command } from 'commander';
import { createReadStream } from 'node:fs';
import { mkdtempDisposable, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, ioError } from '../errors.ts';
import { type GoldDocument, goldError, readGold } from '../evaluation/read-gold.ts';
import { type CopiedGold, toCopiedGold } from '../evaluation/to-copied-gold.ts';
import { toTrainingLine } from '../evaluation/to-training-line.ts';
import { listenForShutdown } from '../shutdown.ts';
import type { CompiledTask } from '../task/field.ts';
import { chooseGold, chooseTask } from './choose.ts';
import { plural } from './format.ts';
import { note } from './output.ts';
import { sharedOptions } from './shared-options.ts';

type ExportFlags = {
  readonly task?: string;
  readonly schema?: string;
  readonly gold?: string;
  readonly documents?: string;
  readonly out: string;
};

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'Write training lines from documents with gold answers: the exact prompt and the answer to be learned.',
    )
    .addOption(sharedOptions.task())
    .addOption(sharedOptions.schema())
    .addOption(sharedOptions.gold())
    .addOption(sharedOptions.documents())
    .option('--out <file>', 'file to write, or - for stdout', '-')
    .addHelpText(
      'after',
      `
Examples:
  $ docmill export --task invoice --gold gold.jsonl --out train.jsonl
  $ docmill export --task ticket --gold examples/tickets.gold.jsonl --documents examples/tickets | head -1`,
    )
    .action(exportGold);
}

async function exportGold(flags: ExportFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const gold = chooseGold(flags);
  const task = await chooseTask(flags);
  const counts = { documents: 0, located: 0, ambiguous: 0 };
  await writeWhole(
    flags.out,
    trainingLines(task, gold, { documents: flags.documents, signal: shutdown.signal, counts }),
  );
  note(`Exported ${plural(counts.documents, 'document')}.`);
  if (counts.located === 0) return;
  const several =
    counts.ambiguous === 0 ? '' : `; for ${counts.ambiguous} several texts say the same, and the first one was taken`;
  note(`The text of ${plural(counts.located, 'normalised value')} was found in the documents${several}.`);
}

type Counts = { documents: number; located: number; ambiguous: number };

async function* trainingLines(
  task: CompiledTask,
  gold: string,
  options: { readonly documents: string | undefined; readonly signal: AbortSignal; readonly counts: Counts },
): AsyncGenerator<string> {
  const { documents, signal, counts } = options;
  for await (const document of readGold(gold, documents)) {
    if (signal.aborted) throw new AppError('INCOMPLETE', 'Stopped before the end; nothing was written.');
    const text = await readText(document);
    const copied = copyGold(task, document, text);
    counts.documents += 1;
    counts.located += copied.located.length;
    counts.ambiguous += copied.ambiguous.length;
    yield `${JSON.stringify(toTrainingLine(task, { id: document.id, text, answer: copied.answer }))}\n`;
  }
}

async function readText(document: GoldDocument): Promise<string> {
  const read = await document.read();
  if (read.status === 'read') return read.document.text;
  const { code, message } = read.error;
  throw new AppError('USAGE', `${document.place} cannot be learned from: ${code}, ${message}`);
}

function copyGold(task: CompiledTask, document: GoldDocument, text: string): Extract<CopiedGold, { status: 'copied' }> {
  const copied = toCopiedGold(task, document.gold, text);
  if (copied.status === 'wrong') throw goldError(document, copied.problem);
  return copied;
}

/** Nothing of it is seen before all of it is there, on stdout too. */
async function writeWhole(out: string, lines: AsyncIterable<string>): Promise<void> {
  if (out === '-') {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'docmill-export-'));
    const draft = join(directory.path, 'lines.jsonl');
    await writeDraft(draft, lines);
    await pipeline(createReadStream(draft), process.stdout, { end: false });
    return;
  }
  const draft = `${out}.${process.pid}.draft`;
  try {
    await writeDraft(draft, lines);
    await rename(draft, out).catch((cause: unknown) => {
      throw ioError('write', out, cause);
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(draft: string, lines: AsyncIterable<string>): Promise<void> {
  await using file = await open(draft, 'w').catch((cause: unknown) => {
    throw new AppError('OUTPUT_UNUSABLE', `Cannot write \`${draft}\`; check that its directory exists.`, { cause });
  });
  for await (const line of lines) {
    await file.appendFile(line).catch((cause: unknown) => {
      throw ioError('write', draft, cause);
    });
  }
}
