import type { ChunkResult } from '../../../schemas/answer.ts';
import type { Field } from '../../task/field.ts';
import type { AskedChunk } from '../engine.ts';
import { answerChunk, tooLong } from './answer-chunk.ts';
import type { Slots } from './keep-slots.ts';
import type { PlacedDocuments, SlotShape } from './place-documents.ts';
import type { DecodeOptions } from './progress.ts';
import { runDecoders, type Schedule } from './run-decoders.ts';
import type { Token } from './token-context.ts';

/** A chunk of a document. */
export type Chunk = AskedChunk & { readonly tokens: readonly Token[] };

/** A chunk that fits, and its place in the shard. */
type Numbered = Chunk & { readonly number: number };

/** What all chunks of a task share. */
export type ShardOptions = Pick<Schedule, 'batchTokens' | 'leastTogether'> &
  Omit<DecodeOptions, 'maxTokens'> & {
    readonly output: Field;
    /** Tokens of the prompt before and behind the document. */
    readonly before: readonly Token[];
    readonly after: readonly Token[];
    /** The longest chunk that is answered. */
    readonly maxChunkTokens: number;
    readonly openSlots: (shape: SlotShape) => Promise<Slots>;
    /** In which slots chunks are answered: a function of them alone. */
    readonly place: (chunks: readonly Numbered[]) => readonly PlacedDocuments<Numbered>[];
  };

/** Answers the chunks of a shard, one result each, in their order. Throws the signal's reason when it aborts. */
export async function answerShard(
  chunks: readonly Chunk[],
  options: ShardOptions,
  signal: AbortSignal,
): Promise<ChunkResult[]> {
  signal.throwIfAborted();
  const { maxChunkTokens, place } = options;
  const results = chunks.map(({ tokens }) => tooLong(tokens.length, maxChunkTokens));
  const fitting = chunks
    .map((chunk, number) => ({ ...chunk, number }))
    .filter(({ tokens }) => tokens.length <= maxChunkTokens);
  for (const placed of place(fitting).filter(({ documents }) => documents.length > 0)) {
    const answered = await answerPlaced(placed, options, signal);
    placed.documents.forEach(({ number }, index) => results.splice(number, 1, ...answered.slice(index, index + 1)));
  }
  return results;
}

async function answerPlaced(
  { shape, leastFree, documents }: PlacedDocuments<Numbered>,
  options: ShardOptions,
  signal: AbortSignal,
): Promise<ChunkResult[]> {
  const { output, before, after, batchTokens, leastTogether } = options;
  const { context, prefix } = await options.openSlots(shape);
  const slots = Math.min(shape.slots, documents.length);
  try {
    const evaluated = await prefix.hold(before, slots, signal);
    const starts = documents.map(({ text, tokens, isPart }, index) => () => {
      const prompt = { held: before.length, tokens: [...tokens, ...after] };
      const cached = before.length - (index === 0 ? evaluated : 0);
      const labelProbabilities = isPart === true ? 'all' : options.labelProbabilities;
      return answerChunk(
        { output, text, prompt, cached },
        { ...options, labelProbabilities, maxTokens: shape.slotTokens },
      );
    });
    const schedule = { ...shape, slots, held: before.length, batchTokens, leastTogether };
    return await runDecoders(starts, context, { ...schedule, leastFree: Math.min(leastFree, slots) }, signal);
  } catch (error) {
    // What the slots hold is unknown.
    prefix.forget();
    throw error;
  }
}
