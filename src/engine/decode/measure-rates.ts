import type { Run, Token, TokenContext } from './token-context.ts';

/** How many tokens are read behind how many others; both at least 1. */
export type RateSizes = { readonly prefix: number; readonly read: number };

/** Tokens per second of a context, the median of several measurements. */
export type EvaluationRates = { readonly prefill: number; readonly decode: number };

export type RateOptions = RateSizes & {
  /** The most tokens of one evaluation. */
  readonly batchTokens: number;
  /** Any tokens of the vocabulary: what they are does not matter. */
  readonly tokens: readonly Token[];
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
};

const REPEATS = 3;
const STEPS = 12;

/**
 * Measures what evaluating costs and nothing else: reading tokens in the first slot, and then one token in every slot
 * at a time with logits, or in the first slot alone where that is faster. Leaves the slots empty.
 */
export async function measureRates(context: TokenContext, options: RateOptions): Promise<EvaluationRates> {
  const reads = await repeat(REPEATS, () => readOnce(context, options));
  for (let slot = 1; slot < context.slots; slot += 1) await context.copy(0, slot);
  const together = await repeat(REPEATS, () => stepAll(context, context.slots, options));
  const alone = context.slots === 1 ? together : await repeat(REPEATS, () => stepAll(context, 1, options));
  for (let slot = 0; slot < context.slots; slot += 1) context.truncate(slot, 0);
  return { prefill: median(reads), decode: Math.max(median(together), median(alone)) };
}

/** Tokens per second of one document behind the prefix. */
async function readOnce(context: TokenContext, options: RateOptions): Promise<number> {
  const { prefix, read, now } = options;
  context.truncate(0, 0);
  await append(context, prefix, options);
  const from = now();
  await append(context, read, options);
  return toRate(read, now() - from);
}

async function append(context: TokenContext, count: number, { batchTokens, tokens }: RateOptions): Promise<void> {
  for (let done = 0; done < count; done += batchTokens) {
    const size = Math.min(batchTokens, count - done);
    const asks = done + size === count;
    await context.evaluate([{ slot: 0, tokens: pick(tokens, size), asks }]);
  }
}

/** Tokens per second of single steps in the first `slots` slots. */
async function stepAll(
  context: TokenContext,
  slots: number,
  { prefix, read, tokens, now }: RateOptions,
): Promise<number> {
  const runs = Array.from({ length: slots }, (_, slot): Run => ({ slot, tokens: pick(tokens, 1), asks: true }));
  const from = now();
  for (let step = 0; step < STEPS; step += 1) await context.evaluate(runs);
  const rate = toRate(STEPS * slots, now() - from);
  for (let slot = 0; slot < slots; slot += 1) context.truncate(slot, prefix + read);
  return rate;
}

function pick(tokens: readonly Token[], count: number): Token[] {
  return Array.from({ length: count }, (_, index) => tokens[index % tokens.length] ?? 0);
}

async function repeat(times: number, measure: () => Promise<number>): Promise<number[]> {
  const measured: number[] = [];
  for (let time = 0; time < times; time += 1) measured.push(await measure());
  return measured;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}

function toRate(tokens: number, ms: number): number {
  return (1000 * tokens) / ms;
}
