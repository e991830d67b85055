import type { ChunkResult, TokenCounts } from '../../schemas/answer.ts';
import type { PlannedDocument } from '../../schemas/plan.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { faultPoint } from '../fault-points.ts';
import { readCarriedLine } from '../ledger/carried-lines.ts';
import type { PhaseSeconds } from '../ledger/worker-totals.ts';
import { concludeDocument } from './conclude-document.ts';
import { startLaps } from './laps.ts';
import { type Prepared, prepareDocument } from './prepare-document.ts';
import type { WorkedRun } from './worked-runs.ts';

/** The lines of documents, one each and in order, and what it took to answer them. */
export type Answered = {
  readonly lines: readonly ResultLine[];
  readonly tokens: TokenCounts;
  readonly seconds: Omit<PhaseSeconds, 'commit'>;
};

export const NO_TOKENS: TokenCounts = { prompt: 0, cached: 0, forced: 0, chosen: 0 };

export const NO_SECONDS: Answered['seconds'] = { prepare: 0, answer: 0, conclude: 0 };

/**
 * Answers documents of a run: every one ends in exactly one line. One that cannot be processed is a line too; whatever
 * throws here is broken infrastructure. The engine sees all chunks at once, so its schedule does not depend on reading
 * times.
 */
export async function answerDocuments(
  worked: WorkedRun,
  documents: readonly PlannedDocument[],
  signal: AbortSignal,
): Promise<Answered> {
  const lap = startLaps();
  const prepared = await prepareAll(worked, documents, signal);
  const prepare = lap();
  const chunks = prepared.flatMap((one) => (one.status === 'ready' ? one.chunks : []));
  for (const one of prepared) if (one.status === 'ready') faultPoint('document.asked', one.id);
  const results = await worked.engine.answerAll(chunks, signal);
  const answer = lap();
  const lines = concludeAll(worked, prepared, results);
  return { lines, tokens: sumTokens(results.map(tokensOf)), seconds: { prepare, answer, conclude: lap() } };
}

/** Several answers as one, in their order. */
export function joinAnswered(all: readonly Answered[]): Answered {
  return {
    lines: all.flatMap(({ lines }) => lines),
    tokens: sumTokens(all.map(({ tokens }) => tokens)),
    seconds: all.reduce(
      (sum, { seconds: { prepare, answer, conclude } }) => ({
        prepare: sum.prepare + prepare,
        answer: sum.answer + answer,
        conclude: sum.conclude + conclude,
      }),
      NO_SECONDS,
    ),
  };
}

function sumTokens(counts: readonly TokenCounts[]): TokenCounts {
  return counts.reduce(
    (sum, { prompt, cached, forced, chosen }) => ({
      prompt: sum.prompt + prompt,
      cached: sum.cached + cached,
      forced: sum.forced + forced,
      chosen: sum.chosen + chosen,
    }),
    NO_TOKENS,
  );
}

async function prepareAll(
  worked: WorkedRun,
  documents: readonly PlannedDocument[],
  signal: AbortSignal,
): Promise<Prepared[]> {
  const { engine, model, roots, parser, open } = worked;
  const prepared: Prepared[] = [];
  for (const planned of documents) {
    signal.throwIfAborted();
    const { id, carried } = planned;
    if (carried === undefined) {
      prepared.push(await prepareDocument(planned, { run: open.run, roots, parser, model, engine, signal }));
    } else prepared.push({ status: 'settled', line: await readCarriedLine(open.paths, id, carried) });
  }
  return prepared;
}

function concludeAll(worked: WorkedRun, prepared: readonly Prepared[], results: readonly ChunkResult[]): ResultLine[] {
  let next = 0;
  return prepared.map((one) => {
    if (one.status === 'settled') return one.line;
    const own = results.slice(next, next + one.chunks.length);
    next += one.chunks.length;
    return concludeDocument(one, own, worked.task).line;
  });
}

function tokensOf(result: ChunkResult): TokenCounts {
  return result.status === 'failed' ? NO_TOKENS : result.answer.tokens;
}
