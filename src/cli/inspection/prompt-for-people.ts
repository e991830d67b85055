import type { CompiledTask } from '../../task/field.ts';
import { renderPrompt } from '../../task/prompt.ts';
import { toTerminal } from '../terminal-text.ts';

/** The prompt as the model gets it, control tokens in angle brackets. */
export function promptForPeople(task: CompiledTask, text: string): string {
  const parts = renderPrompt(task, text).map((segment) => ('control' in segment ? segment.control : segment.text));
  return toTerminal(parts.join(''), 'keep-lines');
}
