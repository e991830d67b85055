import { beginDecoders, type Decoding, resume, toRun } from './decoding.ts';
import type { Decoder } from './question.ts';
import type { Place, Run, TokenContext } from './token-context.ts';

/** How decoders are laid into slots. */
export type Schedule = {
  /** The most decoders that run at once. */
  readonly slots: number;
  /** Tokens that every slot holds before a decoder takes it. */
  readonly held: number;
  /** The most tokens of one evaluation; at least as many as slots. */
  readonly batchTokens: number;
  /** Fewer slots than these are evaluated one by one, because a small batch may cost more than its parts. */
  readonly leastTogether: number;
};

/**
 * Runs every decoder to its end, several at once; resolves with their results in order. In each step every slot first
 * catches up, alone, with all but the last of its tokens; then the last tokens of all slots are evaluated together, one
 * each, because only even batches are fast. A slot that becomes free takes the next decoder, or, when there is none, what
 * the last slot holds, so that the slots in use are always the first ones. What is evaluated together follows from the
 * decoders' questions alone, never from time. When `signal` aborts, its reason is thrown before the next evaluation.
 */
export async function runDecoders<T>(
  starts: readonly (() => Decoder<T>)[],
  context: TokenContext,
  schedule: Schedule,
  signal: AbortSignal,
): Promise<T[]> {
  const { slots, held, leastTogether } = schedule;
  const results: T[] = [];
  const waiting = beginDecoders(starts, results);
  const running: Decoding<T>[] = [];
  const evaluate: Evaluate = async (runs) => {
    signal.throwIfAborted();
    return context.evaluate(runs);
  };
  const step = async (together: readonly Decoding<T>[]): Promise<void> => {
    const runs = together.flatMap((decoding) =>
      decoding.question === undefined ? [] : [toRun(decoding, decoding.question, held, context)],
    );
    const places = await evaluateEvenly(runs, schedule, evaluate);
    for (const [index, decoding] of together.entries()) {
      const place = places[index];
      if (place === undefined) {
        throw new Error('the context gave no logits for a slot');
      }
      await resume(decoding, place, held, results);
    }
  };

  await refill(running, waiting, slots, context);
  while (running.length > 0) {
    for (const together of running.length < leastTogether ? running.map((decoding) => [decoding]) : [running]) {
      await step(together);
    }
    await refill(running, waiting, slots, context);
  }
  return results;
}

type Evaluate = (runs: readonly Run[]) => Promise<readonly Place[]>;

/** Evaluates all but the last tokens run by run, and the last ones together: one each, or what a lone run has left. */
async function evaluateEvenly(
  runs: readonly Run[],
  { batchTokens, leastTogether }: Schedule,
  evaluate: Evaluate,
): Promise<readonly Place[]> {
  const lasts: Run[] = [];
  for (const { slot, tokens } of runs) {
    const before = tokens.length - 1;
    const ahead = runs.length > 1 ? before : before - (before % batchTokens);
    // Without logits, half as many tokens are worth a batch.
    const most = ahead < leastTogether / 2 ? 1 : batchTokens;
    for (let from = 0; from < ahead; from += most) {
      await evaluate([{ slot, tokens: tokens.slice(from, Math.min(from + most, ahead)), asks: false }]);
    }
    lasts.push({ slot, tokens: tokens.slice(ahead), asks: true });
  }
  return evaluate(lasts);
}

/** Gives free slots the decoders that wait; when none waits, the last slots move into the gaps. */
async function refill<T>(
  running: Decoding<T>[],
  waiting: Iterator<Omit<Decoding<T>, 'slot'>>,
  slots: number,
  context: TokenContext,
): Promise<void> {
  for (let slot = 0; slot < slots; slot += 1) {
    if (running[slot]?.question !== undefined) {
      continue;
    }
    const next = waiting.next();
    if (next.done !== true) {
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
