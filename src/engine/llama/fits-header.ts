import type { ModelShape } from './model-shape.ts';
import type { GgufHeader } from './read-gguf-header.ts';

/** Architectures whose blocks are all alike, so that the first one tells what the header should say. */
const UNIFORM: ReadonlySet<string> = new Set(['gemma', 'gemma2', 'gemma3']);

/**
 * Whether the matrices of a model have the sizes that its header says, and its other figures can be calculated with. A
 * damaged file must be found out here: the native library ends the whole process over one.
 */
export function fitsHeader({ values, tensors }: GgufHeader, architecture: string, shape: ModelShape): boolean {
  const epsilon = values.get(`${architecture}.attention.layer_norm_rms_epsilon`) ?? 0;
  const rotated = values.get(`${architecture}.rope.dimension_count`) ?? 0;
  if (!(Number(epsilon) >= 0) || Number(rotated) % 2 !== 0) {
    return false;
  }
  const found = new Map(tensors.map(({ name, dimensions }) => [name, dimensions]));
  return statedSizes(architecture, shape).every(([name, place, size]) => {
    const actual = found.get(name)?.[place];
    return actual === undefined || size === undefined || actual === size;
  });
}

/** Name of a matrix, place of one of its dimensions, and the size that the header gives it. */
function statedSizes(
  architecture: string,
  shape: ModelShape,
): readonly (readonly [string, number, number | undefined])[] {
  const { embedding_length: embedding, feed_forward_length: inner, attention } = shape;
  const width = ['token_embd.weight', 0, embedding] as const;
  if (!UNIFORM.has(architecture)) {
    return [width];
  }
  const heads = attention.head_count;
  const sharedHeads = attention.head_count_kv ?? heads;
  const keys = attention.key_length ?? Math.floor(embedding / heads);
  const values = attention.value_length ?? Math.floor(embedding / heads);
  return [
    width,
    ['blk.0.attn_q.weight', 1, heads * keys],
    ['blk.0.attn_k.weight', 1, sharedHeads * keys],
    ['blk.0.attn_v.weight', 1, sharedHeads * values],
    ['blk.0.ffn_up.weight', 1, inner],
  ];
}
