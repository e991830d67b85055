import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContext,
  LlamaContextSequence,
} from 'node-llama-cpp';
import type { Highest, Place, Token, TokenContext, TokenLogit } from '../decode/token-context.ts';

/** `release` gives the slots back empty, and leaves the native context to whoever goes on with it. */
export type PublicContext = TokenContext & { readonly release: () => Promise<void> };

/**
 * A context with nothing but the published calls of node-llama-cpp, for versions that are another one inside: slower,
 * because each slot is evaluated on its own, and its last token once more for each question. It owns the context.
 */
export function createPublicContext(context: LlamaContext): PublicContext {
  // The native type is a branded number; the vocabulary itself, not a cast, makes one of the other.
  const native = [...context.model.iterateAllTokens()];
  const slots = Array.from({ length: context.totalSequences }, () => createSlot(context.getSequence(), native));
  return {
    slots: slots.length,
    evaluate: async (runs) => {
      const places: Place[] = [];
      // Each slot is evaluated on its own, so padding would only cost.
      for (const { slot, tokens, asks } of runs.filter((run) => run.tokens.length > 0)) {
        const place = await slots[slot]?.append(tokens);
        places.push(...(asks && place !== undefined ? [place] : []));
      }
      return places;
    },
    truncate: (slot, length) => slots[slot]?.truncate(length),
    copy: async (from, to) => {
      slots[to]?.truncate(0);
      await slots[to]?.append(slots[from]?.tokens() ?? []);
    },
    release: async () => {
      for (const slot of slots) {
        await slot.release();
      }
    },
    [Symbol.asyncDispose]: () => context.dispose(),
  };
}

type NativeToken = LlamaContextSequence['contextTokens'][number];

type Slot = {
  readonly tokens: () => readonly Token[];
  readonly truncate: (length: number) => void;
  readonly append: (tokens: readonly Token[]) => Promise<Place>;
  readonly release: () => Promise<void>;
};

function createSlot(sequence: LlamaContextSequence, native: readonly NativeToken[]): Slot {
  const toNative = (tokens: readonly Token[]): NativeToken[] =>
    tokens.flatMap((token) => native.slice(token, token + 1));
  let held: readonly Token[] = [];
  const rewind = (length: number): Promise<void> =>
    sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
  const ask = async (tokens: readonly Token[], includeTop: number): Promise<Asked> => {
    await rewind(held.length - 1);
    const logits = { filter: { tokens: toNative(tokens), includeTop, includeSelected: true } };
    const generateNext = { token: true, totalLogitWeight: true, logits } as const;
    const inputs = toNative(held.slice(-1)).map((last): ControlledEvaluateInputItem => [last, { generateNext }]);
    return readNext((await sequence.controlledEvaluate(inputs)).at(-1)?.next);
  };
  const weigh = async (tokens: readonly Token[]): Promise<TokenLogit[]> => {
    const logits = new Map((await ask(tokens, 0)).logits.map(({ token, logit }) => [token, logit]));
    return tokens.map((token) => ({ token, logit: logits.get(token) ?? NaN }));
  };
  const place: Place = {
    best: async (count) => (await ask([], count)).logits.toSorted(byLogit).slice(0, count),
    bestOf: async (tokens, count) => (await weigh(tokens)).sort(byLogit).slice(0, count),
    weigh,
    highest: async () => (await ask([], 0)).highest,
  };
  return {
    tokens: () => held,
    truncate: (length) => {
      held = held.slice(0, length);
    },
    append: async (tokens) => {
      await rewind(held.length);
      await sequence.evaluateWithoutGeneratingNewTokens(toNative(tokens));
      held = [...held, ...tokens];
      return place;
    },
    release: () => sequence.dispose(),
  };
}

type Asked = { readonly logits: readonly TokenLogit[]; readonly highest: Highest };

function readNext(next: ControlledEvaluateIndexOutput['next'] | undefined): Asked {
  const logits = [...(next?.logits ?? [])].map(([token, logit]) => ({ token, logit }));
  const selected = logits.find(({ token }) => token === next?.token);
  if (selected === undefined || next?.totalLogitWeight === undefined) {
    throw new Error('the model gave no next token');
  }
  // The weight is the sum of exp(logit - highest logit), and the selected token has the highest logit.
  const logTotal = selected.logit + Math.log(next.totalLogitWeight);
  return { logits, highest: { ...selected, logTotal } };
}

function byLogit(one: TokenLogit, other: TokenLogit): number {
  return other.logit - one.logit || one.token - other.token;
}
