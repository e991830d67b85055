import type { ResultLine } from '../../../schemas/result.ts';
import type { Run } from '../../../schemas/run.ts';
import { sha256Of } from '../../sha256.ts';
import type { ResultFormat } from './result-format.ts';

/**
 * The lines of an OpenAI batch's output file: the document's id as `custom_id`, the answer as the JSON text of a chat
 * completion, or the error. The other ids come from the document's own, so that a run gives the same lines each time.
 */
export function openaiFormat(run: Pick<Run, 'model' | 'createdAt'>): ResultFormat {
  const created = Math.floor(Date.parse(run.createdAt) / 1000);
  return {
    lineEnd: '\n',
    toLine: async ({ result }) => ({ text: JSON.stringify(toBatchLine(result, { model: run.model.name, created })) }),
  };
}

type Completion = { readonly model: string; readonly created: number };

function toBatchLine(line: ResultLine, completion: Completion): object {
  const id = sha256Of(line.id).slice(0, 24);
  const named = { id: `batch_req_${id}`, custom_id: line.id };
  if (line.status !== 'ok') return { ...named, response: null, error: line.error };
  const body = toBody(id, JSON.stringify(line.answer), completion);
  return { ...named, response: { status_code: 200, request_id: `req_${id}`, body }, error: null };
}

function toBody(id: string, content: string, { model, created }: Completion): object {
  const message = { role: 'assistant', content, refusal: null };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
  };
}
