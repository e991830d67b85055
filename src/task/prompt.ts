import type { JsonValue } from '../../schemas/json.ts';
import type { CompiledTask } from './field.ts';

/** A piece of a prompt, tokenised on its own: a control token by its name, or plain text that never holds one. */
export type PromptSegment = { readonly control: string } | { readonly text: string };

/**
 * The whole prompt for one text. Instructions and text are separate segments, so no token ever spans their border:
 * everything before the text can be evaluated once, and training data is cut at the same places.
 */
export function renderPrompt(compiled: CompiledTask, text: string): PromptSegment[] {
  const { before, after } = promptFrame(compiled);
  return [...before, { text }, ...after];
}

/** What stands before and after the text in every prompt of a task. */
export function promptFrame(compiled: CompiledTask): { before: PromptSegment[]; after: PromptSegment[] } {
  const { instructions, examples = [] } = compiled.task;
  return {
    before: [
      { control: '<bos>' },
      ...examples.flatMap((example) => exampleTurns(example.text, example.answer)),
      { control: '<start_of_turn>' },
      { text: `user\n${instructions}\n\n` },
    ],
    after: [{ control: '<end_of_turn>' }, { text: '\n' }, { control: '<start_of_turn>' }, { text: 'model\n' }],
  };
}

/** The JSON text of an answer as the model writes it: compact, members in the order of `value`. */
export function answerText(value: JsonValue): string {
  return JSON.stringify(value);
}

/**
 * An example as two finished turns. The instructions stand only in the last user turn: that one then looks as it does
 * without examples, and the instructions stay within reach of the model's sliding window.
 */
function exampleTurns(text: string, answer: JsonValue): PromptSegment[] {
  return [
    { control: '<start_of_turn>' },
    { text: 'user\n' },
    { text },
    { control: '<end_of_turn>' },
    { text: '\n' },
    { control: '<start_of_turn>' },
    { text: 'model\n' },
    // On its own, because a generated answer is tokenised on its own.
    { text: answerText(answer) },
    { control: '<end_of_turn>' },
    { text: '\n' },
  ];
}
