import type { Pointer } from '../../../schemas/json.ts';
import {
  type Alternative,
  type AnswerState,
  type Bytes,
  forcedBytes,
  literal,
  stepAll,
} from '../answer/answer-state.ts';
import { type DecodeOptions, type Progress, takeToken } from './progress.ts';
import type { Decoder } from './question.ts';
import { commonLength, largest, scoreAlternatives, type Spelling } from './score-alternatives.ts';
import type { Token } from './token-context.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Scores the alternatives and takes the most probable one, the first of equals. `pending` is what is forced before
 * them and has no tokens yet. False where the alternatives do not fit the context.
 */
export function* chooseAlternative(
  progress: Progress,
  pending: Bytes,
  alternatives: readonly Alternative[],
  { vocabulary, maxTokens, labelProbabilities }: DecodeOptions,
): Decoder<boolean> {
  const spellings = alternatives.flatMap((alternative, number) =>
    spell(progress.state, pending, alternative, vocabulary).map((tokens) => ({ tokens, alternative: number })),
  );
  const longest = largest(spellings.map(({ tokens }) => tokens.length));
  if (progress.evaluated + progress.queue.length + longest >= maxTokens) {
    return false;
  }
  const { evaluated: held, queue } = progress;
  const { probabilities, evaluated } = yield* scoreAlternatives(held, queue, spellings, labelProbabilities);
  const best = probabilities.indexOf(largest(probabilities));
  const chosen = alternatives[best];
  if (chosen === undefined) {
    throw new Error('there is no alternative');
  }
  progress.scored.set(chosen.pointer, {
    probability: probabilities[best] ?? 0,
    labels: labelProbabilities === 'all' ? ofLabels(chosen.pointer, alternatives, probabilities) : {},
  });
  progress.evaluated += progress.queue.length + evaluated;
  const tokens = decidedTokens(spellings, best);
  progress.state = literal(pending + chosen.bytes, chosen.pointer, chosen.next);
  for (const token of tokens) {
    takeToken(progress, token, vocabulary);
  }
  progress.queue = tokens.slice(evaluated);
  progress.chosen += 1;
  progress.forced += Math.max(0, tokens.length - 1);
  return true;
}

/**
 * The canonical tokens of an alternative and what is certain behind it, so that its last token is the one that it has
 * in a whole answer; and, where a longer token runs into the next choice, those tokens as well.
 */
function spell(start: AnswerState, pending: Bytes, alternative: Alternative, vocabulary: Vocabulary): Token[][] {
  const bytes = pending + alternative.bytes + forcedBytes(alternative.next()).bytes;
  const canonical = vocabulary.encode(bytes);
  const spellings = [[...canonical]];
  let state: AnswerState | undefined = start;
  let offset = 0;
  for (const [index, token] of canonical.entries()) {
    if (state !== undefined && offset + vocabulary.longest > bytes.length) {
      const longer = vocabulary.longerThan(bytes.slice(offset), state);
      spellings.push(...longer.map((last) => canonical.slice(0, index).concat(last)));
    }
    const piece: Bytes = vocabulary.bytesOf(token) ?? '';
    offset += piece.length;
    state = state === undefined ? undefined : stepAll(state, piece);
  }
  return spellings;
}

/** Of each label at `pointer`; null and the end of an array have the rest. */
function ofLabels(
  pointer: Pointer,
  alternatives: readonly Alternative[],
  probabilities: readonly number[],
): Record<string, number> {
  return Object.fromEntries(
    alternatives.flatMap(({ label, pointer: at }, index) =>
      label === undefined || at !== pointer ? [] : [[label, probabilities[index] ?? 0] as const],
    ),
  );
}

/** The tokens that are certain once an alternative is chosen: up to where no other has them, or its spellings part. */
function decidedTokens(spellings: readonly Spelling[], chosen: number): readonly Token[] {
  const own = spellings.filter(({ alternative }) => alternative === chosen).map(({ tokens }) => tokens);
  const others = spellings.filter(({ alternative }) => alternative !== chosen);
  const [tokens = []] = own;
  const shared = largest(others.map((other) => commonLength([tokens, other.tokens])));
  return tokens.slice(0, Math.min(shared + 1, own.length === 1 ? tokens.length : commonLength(own)));
}
