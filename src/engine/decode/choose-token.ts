import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, type Bytes, literal, stepAll } from '../answer/answer-state.ts';
import { explainChoice } from './explain-choice.ts';
import { askNext, type DecodeOptions, type Progress, takeToken } from './progress.ts';
import type { Ask, Decoder } from './question.ts';
import type { Token, TokenLogit } from './token-context.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How many of the most probable tokens are looked at at once; one would cost as much. */
const BEST = 128;

/**
 * Vocabularies up to this size are summed up for each token, so that its probability is exact; the same call gives the
 * most probable one, which a trained model is nearly always allowed to write. For larger ones that would cost five times
 * as much as the choice; there it is the token's share of the best ones, which hold all of a trained model's probability
 * but a sliver.
 */
const MOST_SUMMED = 65_536;

/** Takes the model's most probable token that the answer allows; `owner` is the value that the choice belongs to. */
export function* chooseToken(progress: Progress, owner: Pointer, options: DecodeOptions): Decoder<void> {
  const { vocabulary } = options;
  const tryToken = (token: Token): Trial | undefined => tryBytes(progress.state, vocabulary.bytesOf(token) ?? '');
  const best = { kind: 'best', count: BEST } as const;
  const isSummed = vocabulary.size <= MOST_SUMMED;
  const { logits, logTotal } = yield* askNext(progress, isSummed ? { kind: 'highest' } : best);
  const { choice, trial } =
    findAllowed(logits, tryToken) ??
    (isSummed ? findAllowed((yield* askNext(progress, best)).logits, tryToken) : undefined) ??
    findAllowed((yield* askNext(progress, allowed(progress.state, vocabulary))).logits, tryToken) ??
    unwritable();
  const step = {
    probability: Math.exp(choice.logit - logTotal),
    ...(options.explain && {
      explained: yield* explainChoice(progress, choice, (token) => tryToken(token) !== undefined),
    }),
  };
  for (const pointer of trial.owners.size === 0 ? [owner] : trial.owners) {
    progress.steps.set(pointer, [...(progress.steps.get(pointer) ?? []), step]);
  }
  progress.chosen += 1;
  if (trial.crossing === undefined) {
    takeToken(progress, choice.token, vocabulary);
    return;
  }
  // What the token says before the alternatives is settled; the rest of it is scored together with them.
  const { bytes, state } = trial.crossing;
  progress.state = literal(bytes, owner, () => state);
}

/** What becomes of an allowed token. */
type Trial = {
  /** The values that it decides or goes on with. */
  readonly owners: ReadonlySet<Pointer>;
  /** Where it runs into alternatives that are to be scored: its bytes before them, and the state there. */
  readonly crossing?: { readonly bytes: Bytes; readonly state: AnswerState };
};

/** For a place where the model would write nothing that is allowed. */
function allowed(state: AnswerState, vocabulary: Vocabulary): Ask {
  return { kind: 'bestOf', tokens: vocabulary.accepted(state), count: 1 };
}

function findAllowed(
  ranked: readonly TokenLogit[],
  tryToken: (token: Token) => Trial | undefined,
): { readonly choice: TokenLogit; readonly trial: Trial } | undefined {
  for (const choice of ranked) {
    const trial = tryToken(choice.token);
    if (trial !== undefined) {
      return { choice, trial };
    }
  }
  return undefined;
}

function tryBytes(start: AnswerState, bytes: Bytes): Trial | undefined {
  if (bytes === '' || start.step(bytes.charCodeAt(0)) === undefined) {
    return undefined;
  }
  const owners = new Set<Pointer>();
  let state: AnswerState | undefined = start;
  for (let index = 0; index < bytes.length && state !== undefined; index += 1) {
    if (state.only === undefined && state.alternatives !== undefined) {
      const isAllowed = stepAll(state, bytes.slice(index)) !== undefined;
      return isAllowed ? { owners, crossing: { bytes: bytes.slice(0, index), state } } : undefined;
    }
    if (state.only === undefined) {
      owners.add(state.owner);
    }
    state = state.step(bytes.charCodeAt(index));
  }
  return state === undefined ? undefined : { owners };
}

function unwritable(): never {
  throw new Error('the vocabulary cannot write every byte');
}
