import type { ResultLine } from '../../schemas/result.ts';
import { type Parser, openParser } from '../documents/parse-apart/open-parser.ts';
import type { Engine, Model } from '../engine/engine.ts';
import type { CompiledTask } from '../task/field.ts';
import { concludeDocument } from '../worker/conclude-document.ts';
import { type Prepared, prepareText } from '../worker/prepare-document.ts';
import type { GoldDocument } from '../evaluation/read-gold.ts';

/** Documents that the engine gets at once. */
const BATCH = 16;

export type Answered<Document> = { readonly document: Document; readonly text: string; readonly line: ResultLine };

type Options = { readonly task: CompiledTask; readonly model: Model; readonly signal: AbortSignal };

/** Answers documents as a worker does, in their order, batch by batch; `text` is empty where there was nothing to read. */
export async function* answerGold<Document extends Pick<GoldDocument, 'id' | 'read'>>(
  documents: readonly Document[],
  options: Options,
): AsyncGenerator<Answered<Document>[]> {
  await using engine = await options.model.openTask(options.task);
  await using parser = openParser();
  for (let from = 0; from < documents.length; from += BATCH) {
    yield answerBatch(documents.slice(from, from + BATCH), { engine, parser, ...options });
  }
}

async function answerBatch<Document extends Pick<GoldDocument, 'id' | 'read'>>(
  batch: readonly Document[],
  { task, model, signal, engine, parser }: Options & { readonly engine: Engine; readonly parser: Parser },
): Promise<Answered<Document>[]> {
  const prepared: { document: Document; text: string; one: Prepared }[] = [];
  for (const document of batch) {
    signal.throwIfAborted();
    const read = await document.read(parser);
    const one = await prepareText(document.id, read, { task: task.task, model, engine, signal });
    prepared.push({ document, text: read.status === 'read' ? read.document.text : '', one });
  }
  const chunks = prepared.flatMap(({ one }) => (one.status === 'ready' ? one.chunks : []));
  const results = await engine.answerAll(chunks, signal);
  let next = 0;
  return prepared.map(({ document, text, one }) => {
    if (one.status === 'settled') return { document, text, line: one.line };
    const own = results.slice(next, next + one.chunks.length);
    next += one.chunks.length;
    return { document, text, line: concludeDocument(one, own, task).line };
  });
}
