import type { LlamaContext } from 'node-llama-cpp';
import type { Place, Run, Token, TokenContext, TokenLogit } from '../decode/token-context.ts';

/**
 * The one file that uses what node-llama-cpp does not publish (3.22: `dist/bindings/AddonTypes.d.ts` and the C++ in
 * `llama/addon`): batches that hold several sequences and ask for the logits of some tokens only, copies of a sequence's
 * state, and one sampler for all tokens, where the public calls make one of 3 MB for each.
 */
type Batches = {
  initBatch(tokens: number): void;
  /** Returns where in the batch the tokens are whose logits are asked for. */
  addToBatch(sequence: number, position: number, tokens: Uint32Array, asks: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(
    index: number,
    sampler: Sampler,
    probabilities: boolean,
    confidence: boolean,
    logits: unknown,
    totalWeight: boolean,
  ): Promise<readonly unknown[]>;
  removeTokenCellsFromSequence(sequence: number, from: number, to: number): boolean;
  copySequenceStateFromOtherSequence(to: number, from: number): Promise<number>;
};

type Sampler = { applyConfig(config: Readonly<Record<string, unknown>>): void; dispose(): void };

const METHODS = [
  'initBatch',
  'addToBatch',
  'decodeBatch',
  'sampleToken',
  'removeTokenCellsFromSequence',
  'copySequenceStateFromOtherSequence',
] as const satisfies readonly (keyof Batches)[];

/** Where in a sampler's reply the logits and the sum of the weights stand. */
const LOGITS = 3;
const TOTAL_WEIGHT = 4;

/** All slots of a native context; undefined where node-llama-cpp is another one inside. It owns the context then. */
export function createNativeContext(context: LlamaContext): TokenContext | undefined {
  const batches: unknown = Reflect.get(context, '_ctx');
  const sampler = createSampler(context);
  return hasMethods<Batches>(batches, METHODS) && hasMethods<Sampler>(sampler, ['applyConfig', 'dispose'])
    ? wrap(context, batches, sampler)
    : undefined;
}

function createSampler({ model }: LlamaContext): unknown {
  const bindings: unknown = Reflect.get(model.llama, '_bindings');
  const AddonSampler: unknown = isObject(bindings) ? Reflect.get(bindings, 'AddonSampler') : undefined;
  return typeof AddonSampler === 'function'
    ? Reflect.construct(AddonSampler, [Reflect.get(model, '_model')])
    : undefined;
}

function hasMethods<T>(value: unknown, names: readonly (keyof T & string)[]): value is T {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function wrap(context: LlamaContext, batches: Batches, sampler: Sampler): TokenContext {
  const lengths = Array.from({ length: context.totalSequences }, () => 0);
  const lengthOf = (slot: number): number => lengths[slot] ?? 0;
  const add = ({ slot, tokens, asks, padding = 0 }: Run): Place[] => {
    const asked = Uint32Array.from(asks ? [tokens.length - 1] : []);
    // What a padding token is does not matter: nothing before it can see it.
    const padded = new Uint32Array(tokens.length + padding).fill(tokens.at(-1) ?? 0);
    padded.set(tokens);
    const indices = batches.addToBatch(slot, lengthOf(slot), padded, asked);
    lengths[slot] = lengthOf(slot) + padded.length;
    return Array.from(indices, (index) => createPlace(index, batches, sampler));
  };
  const truncate = (slot: number, length: number): void => {
    if (length < lengthOf(slot)) {
      lengths[slot] = length;
      if (!batches.removeTokenCellsFromSequence(slot, length, -1)) {
        throw new Error('the context did not take back tokens');
      }
    }
  };
  return {
    slots: lengths.length,
    evaluate: async (runs) => {
      batches.initBatch(runs.reduce((sum, { tokens, padding = 0 }) => sum + tokens.length + padding, 0));
      const places = runs.flatMap(add);
      await batches.decodeBatch();
      for (const { slot, padding = 0 } of runs) truncate(slot, lengthOf(slot) - padding);
      return places;
    },
    truncate,
    copy: async (from, to) => {
      await batches.copySequenceStateFromOtherSequence(to, from);
      lengths[to] = lengthOf(from);
    },
    [Symbol.asyncDispose]: async () => {
      sampler.dispose();
      await context.dispose();
    },
  };
}

function createPlace(index: number, batches: Batches, sampler: Sampler): Place {
  const sample: Sample = (config, logits, totalWeight) => {
    // The seed decides nothing: what counts are the logits that the sampler leaves, not the token that it picks of them.
    sampler.applyConfig({ seed: 0, ...config });
    return batches.sampleToken(index, sampler, false, false, logits, totalWeight);
  };
  return {
    best: async (count) => readLogits(await sample({ temperature: 1, topK: count }, true, false)).sort(byLogit),
    bestOf: async (tokens, count) => (await raise(tokens, count, sample)).sort(byLogit),
    weigh: async (tokens) => {
      const raised = await raise(tokens, tokens.length, sample);
      const logits = new Map(raised.map(({ token, logit }) => [token, logit]));
      return tokens.map((token) => ({ token, logit: logits.get(token) ?? NaN }));
    },
    highest: async () => {
      const reply = await sample({}, [[], false, false, true, 0], true);
      const [{ token, logit } = { token: -1, logit: NaN }] = readLogits(reply);
      const weight = reply[TOTAL_WEIGHT];
      return { token, logit, logTotal: typeof weight === 'number' ? logit + Math.log(weight) : NaN };
    },
  };
}

type Sample = (
  config: Readonly<Record<string, unknown>>,
  logits: unknown,
  totalWeight: boolean,
) => Promise<readonly unknown[]>;

/** The first lifts any usual logit above all others and leaves it five decimals; the others are for extreme models. */
const BIASES = [128, 1024, 16_384];

/**
 * The best logits of some tokens, found as the best of all after each was raised by a bias: one pass over the
 * vocabulary, however many they are, where the native filter makes one for each.
 */
async function raise(tokens: readonly Token[], count: number, sample: Sample): Promise<TokenLogit[]> {
  const wanted = new Set(tokens);
  const keys = Uint32Array.from(tokens);
  const topK = Math.min(count, tokens.length);
  for (const bias of BIASES) {
    const tokenBias = { tokenBiasKeys: keys, tokenBiasValues: new Float32Array(keys.length).fill(bias) };
    const raised = readLogits(await sample({ temperature: 1, topK, ...tokenBias }, true, false));
    if (raised.every(({ token }) => wanted.has(token))) {
      return raised.map(({ token, logit }) => ({ token, logit: logit - bias }));
    }
  }
  throw new Error('the model gave no logits for some tokens');
}

function byLogit(one: TokenLogit, other: TokenLogit): number {
  return other.logit - one.logit || one.token - other.token;
}

function readLogits(reply: readonly unknown[]): TokenLogit[] {
  const logits: unknown = reply[LOGITS];
  const flat: readonly unknown[] = Array.isArray(logits) ? logits : [];
  const found: TokenLogit[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const token = flat[index];
    const logit = flat[index + 1];
    if (typeof token === 'number' && typeof logit === 'number') {
      found.push({ token, logit });
    }
  }
  return found;
}
