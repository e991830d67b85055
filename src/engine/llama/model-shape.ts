import { z } from 'zod';

const count = z.coerce.number().int().min(0);

/** The shape of a model as the header of its file says it, whatever its architecture. */
export const shapeSchema = z.object({
  context_length: count.min(1),
  // llama.cpp knows no more.
  block_count: count.min(1).max(512),
  embedding_length: count.min(1),
  feed_forward_length: count.min(1).optional(),
  attention: z.object({
    head_count: count.min(1),
    head_count_kv: count.min(1).optional(),
    key_length: count.min(1).optional(),
    value_length: count.min(1).optional(),
  }),
});

export type ModelShape = z.infer<typeof shapeSchema>;

const F16_BYTES = 2;

/**
 * Bytes that a context keeps for each token: layers · KV heads · (key + value length) · 2 bytes, for every layer,
 * because the engine keeps sliding windows whole.
 */
export function keyValueBytes(shape: ModelShape): number {
  const { attention } = shape;
  const headLength = Math.floor(shape.embedding_length / attention.head_count);
  const lengths = (attention.key_length ?? headLength) + (attention.value_length ?? headLength);
  return shape.block_count * (attention.head_count_kv ?? attention.head_count) * lengths * F16_BYTES;
}
