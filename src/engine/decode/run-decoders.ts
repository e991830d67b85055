import { beginDecoders, type Decoding, resume, toRun } from './decoding.ts';
import { type BatchBounds, isPossible, pad, type PlacedRun, toEvenBatches } from './even-batches.ts';
import type { Decoder } from './question.ts';
import type { Place, Run, TokenContext } from './token-context.ts';

/** How decoders are laid into slots. */
export type Schedule = BatchBounds & {
  /** The most decoders that run at once; no more than `batchTokens`. */
  readonly slots: number;
  /** Tokens that every slot holds before a decoder takes it. */
  readonly held: number;
  /** Fewer slots than these are asked one by one, because few rows of logits may cost more together than alone. */
  readonly leastTogether: number;
  /** Slots are filled again as soon as so many are free: what begins at once is read together. */
  readonly leastFree: number;
};

/**
 * Runs every decoder to its end, several at once; resolves with their results in order. In each step every slot first
 * catches up with all but the last of its tokens, together with its neighbours where that is cheaper; then the last
 * tokens of all slots are evaluated together, one each, because only even batches are fast. Free slots take the next
 * decoders, or, as long as they are too few or none waits, what the last slots hold, so that the slots in use are always
 * the first ones. What is evaluated together follows from the decoders' questions alone, never from time. When `signal`
 * aborts, its reason is thrown before the next evaluation.
 */
export async function runDecoders<T>(
  starts: readonly (() => Decoder<T>)[],
  context: TokenContext,
  schedule: Schedule,
  signal: AbortSignal,
): Promise<T[]> {
  const { held, leastTogether } = schedule;
  const results: T[] = [];
  const waiting = beginDecoders(starts, results);
  const running: Decoding<T>[] = [];
  const evaluate: Evaluate = async (runs) => {
    signal.throwIfAborted();
    return context.evaluate(runs);
  };
  const ask = async (together: readonly Decoding<T>[], runs: readonly Run[]): Promise<void> => {
    const places = await evaluate(runs);
    for (const [index, decoding] of together.entries()) {
      const place = places[index];
      if (place === undefined) {
        throw new Error('the context gave no logits for a slot');
      }
      await resume(decoding, place, held, results);
    }
  };

  await refill(running, waiting, schedule, context);
  while (running.length > 0) {
    const runs = running.flatMap((decoding) =>
      decoding.question === undefined ? [] : [toRun(decoding, decoding.question, held, context)],
    );
    const isTogether = running.length > 1 && running.length >= leastTogether;
    const left = await catchUp(runs, isTogether, schedule, evaluate);
    if (isTogether) {
      await ask(running, left);
    } else {
      for (const [index, decoding] of running.entries()) await ask([decoding], left.slice(index, index + 1));
    }
    await refill(running, waiting, schedule, context);
  }
  return results;
}

type Evaluate = (runs: readonly Run[]) => Promise<readonly Place[]>;

/**
 * Evaluates all but the last tokens of each run, and returns what is left to ask about. Where slots are asked one by one,
 * what no neighbour shares is left as well, as far as it is one batch; and where all runs are even, everything is.
 */
async function catchUp(
  runs: readonly PlacedRun[],
  isTogether: boolean,
  schedule: Schedule,
  evaluate: Evaluate,
): Promise<readonly PlacedRun[]> {
  const { batchTokens, slotTokens } = schedule;
  const ahead = runs.map((run): PlacedRun => ({ ...run, tokens: run.tokens.slice(0, -1), asks: false }));
  const batches = toEvenBatches(ahead, { batchTokens, slotTokens: slotTokens - 1 });
  if (isTogether && batches[0]?.length === runs.length && isPossible(runs, schedule)) {
    return pad(runs);
  }
  const read = new Map<number, number>();
  for (const batch of batches) {
    const [first] = batch;
    if (first === undefined || batch.length > 1) {
      await evaluate(batch);
      batch.forEach(({ slot, tokens }) => read.set(slot, tokens.length));
      continue;
    }
    const { slot, tokens } = first;
    const count = isTogether ? tokens.length : tokens.length - (tokens.length % batchTokens);
    for (let from = 0; from < count; from += batchTokens) {
      await evaluate([{ slot, tokens: tokens.slice(from, Math.min(from + batchTokens, count)), asks: false }]);
    }
    read.set(slot, count);
  }
  return runs.map((run) => ({ ...run, tokens: run.tokens.slice(read.get(run.slot) ?? 0) }));
}

/** Gives free slots the decoders that wait, once they are enough; else the last slots move into the gaps. */
async function refill<T>(
  running: Decoding<T>[],
  waiting: Iterator<Omit<Decoding<T>, 'slot'>>,
  { slots, leastFree }: Schedule,
  context: TokenContext,
): Promise<void> {
  const free = slots - running.filter(({ question }) => question !== undefined).length;
  for (let slot = 0; slot < slots; slot += 1) {
    if (running[slot]?.question !== undefined) {
      continue;
    }
    const next = free < leastFree ? undefined : waiting.next();
    if (next !== undefined && next.done !== true) {
      running[slot] = { ...next.value, slot };
      continue;
    }
    const last = takeLast(running, slot);
    if (last === undefined) {
      return;
    }
    await context.copy(last.slot, slot);
    last.slot = slot;
    running[slot] = last;
  }
}

/** Removes what has ended from the end, and then the last decoding that has not; undefined when none is behind `slot`. */
function takeLast<T>(running: Decoding<T>[], slot: number): Decoding<T> | undefined {
  while (running.length > slot) {
    const last = running.pop();
    if (last?.question !== undefined) {
      return last;
    }
  }
  return undefined;
}
