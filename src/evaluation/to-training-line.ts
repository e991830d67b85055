import type { JsonObject } from '../../schemas/json.ts';
import type { CompiledTask } from '../task/field.ts';
import { answerText, type PromptSegment, renderPrompt } from '../task/prompt.ts';

/** A line of a training file. `prompt` and `answer` are what training reads; the others say the same for other tools. */
export type TrainingLine = {
  readonly id: string;
  /** Segments that are tokenised one by one. */
  readonly prompt: readonly PromptSegment[];
  /** The same as turns of a chat, the answer included. */
  readonly messages: readonly ChatTurn[];
  /** Prompt, answer and end of turn as one text. */
  readonly rendered: string;
  readonly answer: string;
};

type ChatTurn = { readonly role: 'user' | 'assistant'; readonly content: string };

/** One training example; `answer` is what the model is to write about `text`. */
export function toTrainingLine(
  task: CompiledTask,
  { id, text, answer }: { readonly id: string; readonly text: string; readonly answer: JsonObject },
): TrainingLine {
  const prompt = renderPrompt(task, text);
  const written = answerText(answer);
  const all = [...prompt, { text: written }, { control: '<end_of_turn>' }];
  const rendered = all.map((segment) => ('control' in segment ? segment.control : segment.text)).join('');
  return { id, prompt, messages: toTurns(all), rendered, answer: written };
}

function toTurns(segments: readonly PromptSegment[]): ChatTurn[] {
  const turns: string[] = [];
  let isOpen = false;
  for (const segment of segments) {
    if ('control' in segment) {
      isOpen = segment.control === '<start_of_turn>';
      if (isOpen) turns.push('');
    } else if (isOpen) {
      turns.push(`${turns.pop() ?? ''}${segment.text}`);
    }
  }
  return turns.map((turn) => {
    const end = turn.indexOf('\n');
    return { role: turn.slice(0, end) === 'user' ? 'user' : 'assistant', content: turn.slice(end + 1) };
  });
}
