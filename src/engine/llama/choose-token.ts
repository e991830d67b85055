import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, type Bytes, literal, stepAll } from './answer-state.ts';
import { type DecodeOptions, type Progress, takeToken } from './progress.ts';
import type { RankedToken, Token } from './token-source.ts';

/** Takes the model's most probable token that the answer allows; `owner` is the value that the choice belongs to. */
export async function chooseToken(progress: Progress, owner: Pointer, options: DecodeOptions): Promise<void> {
  const { source, vocabulary } = options;
  const best = await source.predict(progress.queue);
  progress.queue = [];
  const tryToken = (token: Token): Trial | undefined => tryBytes(progress.state, vocabulary.bytesOf(token) ?? '');
  const { choice, trial } =
    withTrial(best, tryToken) ??
    Iterator.from(await source.rankAll())
      .map((ranked) => withTrial(ranked, tryToken))
      .find((tried) => tried !== undefined) ??
    unwritable();
  for (const pointer of trial.owners.size === 0 ? [owner] : trial.owners) {
    progress.steps.set(pointer, [...(progress.steps.get(pointer) ?? []), choice.probability]);
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

type Tried = { readonly choice: RankedToken; readonly trial: Trial };

function withTrial(choice: RankedToken, tryToken: (token: Token) => Trial | undefined): Tried | undefined {
  const trial = tryToken(choice.token);
  return trial === undefined ? undefined : { choice, trial };
}

function tryBytes(start: AnswerState, bytes: Bytes): Trial | undefined {
  const owners = new Set<Pointer>();
  let state: AnswerState | undefined = bytes === '' ? undefined : start;
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
