import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, type Bytes, forcedBytes } from '../answer/answer-state.ts';
import { chooseAlternative } from './choose-alternative.ts';
import { chooseToken } from './choose-token.ts';
import { type DecodeOptions, type Progress, type ScoredValue, type Step, takeToken } from './progress.ts';
import type { Decoder } from './question.ts';
import type { Token } from './token-context.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a model chose: the answer's bytes, and how probable each choice was. */
export type DecodedAnswer = {
  readonly bytes: Bytes;
  readonly steps: ReadonlyMap<Pointer, readonly Step[]>;
  readonly scored: ReadonlyMap<Pointer, ScoredValue>;
  readonly forced: number;
  readonly chosen: number;
};

/** Where decoding begins: behind `held` tokens that the slot holds, and these, at least one, that it does not. */
export type Prompt = { readonly held: number; readonly tokens: readonly Token[] };

/**
 * Writes the most probable answer that the automaton allows, token by token: what the schema forces is not asked about,
 * few alternatives are scored against each other, everything else is the model's most probable token that is allowed.
 * Tokens may span the border of a forced text and a choice, because models are trained on texts that were cut so.
 * Undefined when the answer would not end within `maxTokens`.
 */
export function* decodeAnswer(
  start: AnswerState,
  prompt: Prompt,
  options: DecodeOptions,
): Decoder<DecodedAnswer | undefined> {
  const { vocabulary, maxTokens } = options;
  const progress: Progress = {
    state: start,
    bytes: '',
    evaluated: prompt.held,
    queue: prompt.tokens,
    forced: 0,
    chosen: 0,
    steps: new Map(),
    scored: new Map(),
  };
  for (;;) {
    takeForced(progress, vocabulary);
    const { bytes: pending, after } = forcedBytes(progress.state);
    if (after.done) {
      return { ...progress, bytes: progress.bytes + pending };
    }
    if (progress.evaluated + progress.queue.length >= maxTokens) {
      return undefined;
    }
    if (after.alternatives === undefined) {
      yield* chooseToken(progress, after.owner, options);
    } else if (!(yield* chooseAlternative(progress, pending, after.alternatives, options))) {
      return undefined;
    }
  }
}

/** Takes the canonical tokens of what is forced, up to the first one that a longer token might replace. */
function takeForced(progress: Progress, vocabulary: Vocabulary): void {
  const { bytes, after } = forcedBytes(progress.state);
  if (after.done || bytes === '') {
    return;
  }
  let offset = 0;
  for (const token of vocabulary.encode(bytes)) {
    if (vocabulary.longerThan(bytes.slice(offset), progress.state, 1).length > 0) {
      return;
    }
    offset += takeToken(progress, token, vocabulary);
    progress.forced += 1;
  }
}
