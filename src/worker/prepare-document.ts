import type { PlannedDocument } from '../../schemas/plan.ts';
import type { Run } from '../../schemas/run.ts';
import type { Task } from '../../schemas/task.ts';
import type { Chunk, ReadResult, TextDocument } from '../documents/document.ts';
import type { Parser } from '../documents/parse-apart/open-parser.ts';
import { readDocument } from '../documents/read-document.ts';
import { splitIntoChunks } from '../documents/split-into-chunks.ts';
import type { AskedChunk, Engine, Model } from '../engine/engine.ts';
import { type Settled, settleError } from './settle-document.ts';

/** A document that the engine is to answer, or one whose line is known without it. */
export type Prepared =
  | {
      readonly status: 'ready';
      readonly id: string;
      readonly document: TextDocument;
      readonly chunks: readonly (Chunk & AskedChunk)[];
    }
  | Settled;

export type PrepareOptions = {
  readonly run: Run;
  readonly roots: Readonly<Record<string, string>>;
  readonly parser: Parser;
  readonly model: Model;
  readonly engine: Engine;
  readonly signal: AbortSignal;
};

/** Reads a planned document, checks and decodes it, and cuts it into chunks that fit the model. */
export async function prepareDocument(planned: PlannedDocument, options: PrepareOptions): Promise<Prepared> {
  const { run, roots, parser } = options;
  const read = await readDocument(planned, { roots, reading: run, parser });
  return prepareText(planned.id, read, { ...options, task: run.task });
}

/** What was read becomes chunks that fit the model, or the document's line where there is nothing to answer. */
export async function prepareText(
  id: string,
  read: ReadResult,
  { task, model, engine, signal }: Pick<PrepareOptions, 'model' | 'engine' | 'signal'> & { readonly task: Task },
): Promise<Prepared> {
  if (read.status === 'refused') return settleError(id, read.error, { keep: read.keep });
  const { document } = read;
  const split = await splitIntoChunks(document.text, {
    maxTokens: Math.min(engine.maxChunkTokens, task.maxDocumentTokens ?? Number.POSITIVE_INFINITY),
    countTokens: (text) => model.countTokens(text),
    overlong: task.overlong ?? 'split',
    signal,
  });
  if ('error' in split) return settleError(id, split.error, document);
  const flags = [...document.flags, ...split.flags];
  const isPart = split.chunks.length > 1;
  const chunks = split.chunks.map(({ text, span }) => ({ text, span, isPart }));
  return { status: 'ready', id, document: { ...document, flags }, chunks };
}
