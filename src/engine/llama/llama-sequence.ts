import type { ControlledEvaluateIndexOutput, ControlledEvaluateInputItem, LlamaContextSequence } from 'node-llama-cpp';
import type { RankedToken, Token, TokenSource } from './token-source.ts';

/** The one sequence of a context, with a prompt prefix that stays evaluated from one document to the next. */
export type LlamaSequence = TokenSource & {
  /**
   * Takes the sequence back to exactly `prefix`; resolves with how many of its tokens were already evaluated: all or
   * none. A prefix is never reused in part, so that the same document is always evaluated in the same batches.
   */
  readonly start: (prefix: readonly Token[]) => Promise<number>;
  /** Forgets everything; for use after an error or an abort, when the state is unknown. */
  readonly reset: () => Promise<void>;
};

/** Wraps a native sequence with nothing but the public calls of node-llama-cpp. */
export function createLlamaSequence(sequence: LlamaContextSequence): LlamaSequence {
  const evaluation = createEvaluation(sequence);
  let prefix: readonly Token[] = [];
  return {
    get length() {
      return sequence.nextTokenIndex;
    },
    start: async (wanted) => {
      if (prefix.length > 0 && isSame(prefix, wanted)) {
        await evaluation.rewind(prefix.length);
        return prefix.length;
      }
      prefix = [];
      await sequence.clearHistory();
      await sequence.evaluateWithoutGeneratingNewTokens(evaluation.toNative(wanted));
      prefix = wanted;
      return 0;
    },
    reset: async () => {
      prefix = [];
      await sequence.clearHistory();
    },
    predict: async (tokens) => toRanked(await evaluation.evaluate(tokens, askBest([]))),
    rankAll: async () => {
      const { probabilities = new Map<Token, number>() } = await evaluation.evaluate([], { probabilities: true });
      return probabilities.entries().map(([token, probability]) => ({ token, probability }));
    },
    score: async (tokens, candidates) => {
      const next = await evaluation.evaluate(tokens, askBest(evaluation.toNative(candidates)));
      const best = toRanked(next);
      const logits: ReadonlyMap<Token, number> = next.logits ?? new Map<Token, number>();
      const highest = logits.get(best.token) ?? NaN;
      return candidates.map((token) => Math.exp((logits.get(token) ?? NaN) - highest) * best.probability);
    },
    rewind: evaluation.rewind,
  };
}

type NativeToken = LlamaContextSequence['contextTokens'][number];
type Question = NonNullable<Extract<ControlledEvaluateInputItem, readonly unknown[]>[1]['generateNext']>;
type Next = ControlledEvaluateIndexOutput['next'];

type Evaluation = {
  readonly toNative: (tokens: readonly Token[]) => NativeToken[];
  readonly rewind: (length: number) => Promise<void>;
  /** Appends tokens, or evaluates the last one again where there are none, and asks about the next one. */
  readonly evaluate: (tokens: readonly Token[], question: Question) => Promise<Next>;
};

function createEvaluation(sequence: LlamaContextSequence): Evaluation {
  // The native type is a branded number; the vocabulary itself, not a cast, makes one of the other.
  const native = [...sequence.model.iterateAllTokens()];
  const toNative = (tokens: readonly Token[]): NativeToken[] =>
    tokens.flatMap((token) => native.slice(token, token + 1));
  const rewind = (length: number): Promise<void> =>
    sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
  const evaluate = async (tokens: readonly Token[], question: Question): Promise<Next> => {
    const appended = tokens.length > 0 ? toNative(tokens) : sequence.contextTokens.slice(-1);
    if (tokens.length === 0) {
      await rewind(sequence.nextTokenIndex - 1);
    }
    const last = appended.slice(-1).map((token): ControlledEvaluateInputItem => [token, { generateNext: question }]);
    const outputs = await sequence.controlledEvaluate([...appended.slice(0, -1), ...last]);
    const output = outputs.at(-1);
    if (output === undefined) {
      throw new Error('the model gave no next token');
    }
    return output.next;
  };
  return { toNative, rewind, evaluate };
}

/** Asks for the logits of the most probable token and of the candidates: cheaper than all probabilities, which are sorted. */
function askBest(candidates: readonly NativeToken[]): Question {
  return {
    token: true,
    totalLogitWeight: true,
    logits: { filter: { tokens: candidates, includeSelected: true } },
  };
}

function toRanked(next: Next): RankedToken {
  const { token, totalLogitWeight } = next;
  if (token === undefined || token === null || totalLogitWeight === undefined) {
    throw new Error('the model gave no next token');
  }
  // The weight is the sum of exp(logit - highest logit), and the most probable token has the highest logit.
  return { token, probability: 1 / totalLogitWeight };
}

function isSame(left: readonly Token[], right: readonly Token[]): boolean {
  return left.length === right.length && left.every((token, index) => token === right[index]);
}
