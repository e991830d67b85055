import { freeMemory } from './free-memory.ts';
import { unusable } from './model-file.ts';
import { keyValueBytes, type ModelShape } from './model-shape.ts';
import type { LlamaSettings } from './read-llama-settings.ts';

/**
 * Estimated bytes of a worker with all its slots. `program`: a process without a model, and the vocabulary; `weights`:
 * all tensors; `keyValueCache`: keys and values of all slots; `logits`: one row for each slot.
 */
export type ModelMemory = {
  readonly contextTokens: number;
  readonly slots: number;
  readonly program: number;
  readonly weights: number;
  readonly keyValueCache: number;
  readonly logits: number;
  readonly total: number;
};

/** Measured: Node with this program and the native library. */
const PROGRAM_BYTES = 130_000_000;
/** Measured: the text of a token, and how it is found, in the native library and here. */
const TOKEN_BYTES = 500;
const LOGIT_BYTES = 4;

/** What a worker will need: the size of the file, which holds little but weights, and what its slots take. */
export function estimateMemory(
  shape: ModelShape,
  model: { readonly weights: number; readonly vocabulary: number },
  { contextTokens, slots }: Pick<LlamaSettings, 'contextTokens' | 'slots'>,
): ModelMemory {
  const { weights, vocabulary } = model;
  const program = PROGRAM_BYTES + vocabulary * TOKEN_BYTES;
  const keyValueCache = slots * contextTokens * keyValueBytes(shape);
  const logits = slots * vocabulary * LOGIT_BYTES;
  const total = program + weights + keyValueCache + logits;
  return { contextTokens, slots, program, weights, keyValueCache, logits, total };
}

/** Throws `MODEL_INVALID` where this machine has not so many bytes free for `purpose`. */
export function requireMemory(path: string, bytes: number, purpose: string): void {
  const free = freeMemory();
  if (bytes > free) {
    throw unusable(
      path,
      `needs ${toMegabytes(bytes)} MB for ${purpose} and this machine has ${toMegabytes(free)} MB free; free some memory, or use fewer slots or workers`,
    );
  }
}

function toMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
