import { parseJson } from '../../schemas/json.ts';
import type { PlannedDocument } from '../../schemas/plan.ts';
import { type ResultLine, resultLineSchema } from '../../schemas/result.ts';
import type { Sha256 } from '../../schemas/ids.ts';
import { AppError } from '../errors.ts';
import { type Question, findDifferences } from '../ledger/compare-runs.ts';
import { finalizeRun } from '../ledger/finalize-run.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { finalLines } from '../ledger/result-lines.ts';
import type { StoredFile } from '../ledger/store.ts';
import { sha256Of } from '../sha256.ts';
import { createHashIndex } from './hash-index.ts';

export type EarlierLines = Awaited<ReturnType<typeof openEarlierLines>>;

/**
 * The result lines of a complete run, to be looked up by document: 32 bytes of memory for each. Throws `USAGE` when that
 * run asked something else and `INCOMPLETE` when it is not complete.
 */
export async function openEarlierLines(earlier: OpenRun, question: Question) {
  const { run, paths } = earlier;
  const differences = findDifferences(run, question);
  if (differences.length > 0) throw asksAnother(run.name, differences);
  const finalization = await finalizeRun(earlier);
  if (finalization.status !== 'complete') throw incomplete(run.name);
  await using resources = new AsyncDisposableStack();
  const results = resources.use(await paths.store.open(paths.results));
  const offsets = createHashIndex(run.documents + run.aliases);
  let offset = 0;
  for await (const { result, text, document } of finalLines(paths, finalization.round)) {
    if (isFinal(result) && document.sha256 !== null) offsets.add(keyOf(result.id, document.sha256), offset);
    offset += Buffer.byteLength(text) + 1;
  }
  const readLine = createLineReader(results);
  const owned = resources.move();
  return {
    /** The line of the document as it was in that run; null when it is new or changed, or had failed. */
    find: async ({ id, sha256 }: PlannedDocument): Promise<string | null> => {
      const at = sha256 === null ? undefined : offsets.get(keyOf(id, sha256));
      if (at === undefined) return null;
      const line = await readLine(at);
      const result = resultLineSchema.safeParse(parseJson(line));
      if (result.success && result.data.id === id && isFinal(result.data)) return line;
      throw new AppError('IO', `The results of the run \`${run.name}\` changed while they were read; try again.`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A failed document is tried again. */
function isFinal({ status }: ResultLine): boolean {
  return status !== 'failed';
}

function keyOf(id: string, sha256: Sha256): Sha256 {
  return sha256Of(`${sha256} ${id}`);
}

function asksAnother(name: string, differences: readonly string[]): AppError {
  return new AppError(
    'USAGE',
    `The run \`${name}\` differs in ${differences.join(', ')}, so its lines cannot be carried over; give the same, or leave out \`--since\`.`,
    { details: { differences } },
  );
}

function incomplete(name: string): AppError {
  return new AppError(
    'INCOMPLETE',
    `The run \`${name}\` is not complete, so its lines cannot be carried over yet; \`docmill status ${name}\` says how far it is.`,
  );
}

const WINDOW_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** Reads the line that begins at an offset; lines that follow each other are read from the disk together. */
function createLineReader(file: StoredFile): (offset: number) => Promise<string> {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return async (offset) => {
    let ended = false;
    for (let bytes = WINDOW_BYTES; ; bytes *= 2) {
      const line = lineIn(window, offset - start);
      if (line !== null || ended) return line ?? '';
      window = await file.read(offset, bytes);
      start = offset;
      ended = window.length < bytes;
    }
  };
}

function lineIn(window: Buffer, from: number): string | null {
  const end = from >= 0 && from < window.length ? window.indexOf(LINE_FEED, from) : -1;
  return end === -1 ? null : window.toString('utf8', from, end);
}
