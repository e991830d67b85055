import type { ChunkResult, Span } from '../../schemas/answer.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { openParser } from '../documents/parse-apart/open-parser.ts';
import { readTextFile } from '../documents/read-document.ts';
import type { Model } from '../engine/engine.ts';
import type { CompiledTask } from '../task/field.ts';
import { concludeDocument } from './conclude-document.ts';
import { prepareText } from './prepare-document.ts';

export type AnsweredDocument = {
  readonly line: ResultLine;
  /** The decoded text; null when the file is no document. */
  readonly text: string | null;
  /** Where each chunk stands in the text. */
  readonly chunks: readonly Span[];
  /** What the engine said about each chunk. */
  readonly results: readonly ChunkResult[];
  /** What it took to read, decode and cut the file, with the task's preparation by the model; and the answers. */
  readonly seconds: { readonly prepare: number; readonly answer: number };
};

/** Answers one file without run and queue, on the same way that a worker goes. */
export async function answerDocument(
  file: string,
  options: { readonly id: string; readonly task: CompiledTask; readonly model: Model; readonly signal: AbortSignal },
): Promise<AnsweredDocument> {
  const { id, task, model, signal } = options;
  const startedMs = performance.now();
  await using engine = await model.openTask(task);
  await using parser = openParser();
  const read = await readTextFile(file, parser);
  const prepared = await prepareText(id, read, { task: task.task, model, engine, signal });
  const prepare = secondsSince(startedMs);
  if (prepared.status === 'settled') {
    return { line: prepared.line, text: null, chunks: [], results: [], seconds: { prepare, answer: 0 } };
  }
  const askedMs = performance.now();
  const results = await engine.answerAll(prepared.chunks, signal);
  const seconds = { prepare, answer: secondsSince(askedMs) };
  const { line } = concludeDocument(prepared, results, task);
  return { line, text: prepared.document.text, chunks: prepared.chunks.map(({ span }) => span), results, seconds };
}

function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}
