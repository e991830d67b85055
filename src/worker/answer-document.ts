import type { ChunkResult } from '../../schemas/answer.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { readTextFile } from '../documents/read-document.ts';
import type { Model } from '../engine/engine.ts';
import type { CompiledTask } from '../task/field.ts';
import { concludeDocument } from './conclude-document.ts';
import { prepareText } from './prepare-document.ts';

export type AnsweredDocument = {
  readonly line: ResultLine;
  /** The decoded text; null when the file is no document. */
  readonly text: string | null;
  /** What the engine said about each chunk. */
  readonly results: readonly ChunkResult[];
  /** Seconds that the engine took. */
  readonly seconds: number;
};

/** Answers one file without run and queue, on the same way that a worker goes. */
export async function answerDocument(
  file: string,
  options: { readonly id: string; readonly task: CompiledTask; readonly model: Model; readonly signal: AbortSignal },
): Promise<AnsweredDocument> {
  const { id, task, model, signal } = options;
  await using engine = await model.openTask(task);
  const read = await readTextFile(file);
  const prepared = await prepareText(id, read, { task: task.task, model, engine, signal });
  if (prepared.status === 'settled') return { line: prepared.line, text: null, results: [], seconds: 0 };
  const startedMs = performance.now();
  const results = await engine.answerAll(prepared.chunks, signal);
  const seconds = (performance.now() - startedMs) / 1000;
  return { line: concludeDocument(prepared, results, task).line, text: prepared.document.text, results, seconds };
}
