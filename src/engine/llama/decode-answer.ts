import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, type Bytes, forcedBytes } from './answer-state.ts';
import { chooseAlternative } from './choose-alternative.ts';
import { chooseToken } from './choose-token.ts';
import { type DecodeOptions, type Progress, type ScoredValue, takeToken } from './progress.ts';
import type { Token } from './token-source.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a model chose: the answer's bytes, and how probable each choice was. */
export type DecodedAnswer = {
  readonly bytes: Bytes;
  readonly steps: ReadonlyMap<Pointer, readonly number[]>;
  readonly scored: ReadonlyMap<Pointer, ScoredValue>;
  readonly forced: number;
  readonly chosen: number;
};

/**
 * Writes the most probable answer that the automaton allows, token by token: what the schema forces is not asked about,
 * few alternatives are scored against each other, everything else is the model's most probable token that is allowed.
 * Tokens may span the border of a forced text and a choice, because models are trained on texts that were cut so.
 * Undefined when the answer would not end within `maxTokens`. `prompt` holds at least one token.
 */
export async function decodeAnswer(
  start: AnswerState,
  prompt: readonly Token[],
  options: DecodeOptions,
): Promise<DecodedAnswer | undefined> {
  const { source, vocabulary, maxTokens, signal } = options;
  const progress: Progress = {
    state: start,
    bytes: '',
    queue: prompt,
    forced: 0,
    chosen: 0,
    steps: new Map(),
    scored: new Map(),
  };
  for (;;) {
    signal.throwIfAborted();
    takeForced(progress, vocabulary);
    const { bytes: pending, after } = forcedBytes(progress.state);
    if (after.done) {
      return { ...progress, bytes: progress.bytes + pending };
    }
    if (source.length + progress.queue.length >= maxTokens) {
      return undefined;
    }
    if (after.alternatives === undefined) {
      await chooseToken(progress, after.owner, options);
    } else if (!(await chooseAlternative(progress, pending, after.alternatives, options))) {
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
    const [longer] = Iterator.from(vocabulary.longerThan(bytes.slice(offset), progress.state)).take(1);
    if (longer !== undefined) {
      return;
    }
    offset += takeToken(progress, token, vocabulary);
    progress.forced += 1;
  }
}
