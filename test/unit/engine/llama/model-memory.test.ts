import { expect, test } from 'vitest';
import { estimateMemory, requireMemory } from '../../../../src/engine/llama/model-memory.ts';

const gemma = {
  context_length: 32_768,
  block_count: 18,
  embedding_length: 640,
  attention: { head_count: 4, head_count_kv: 1, key_length: 256, value_length: 256 },
};

test('the memory of keys and values grows with slots and their tokens', () => {
  const model = { weights: 292e6, vocabulary: 262_144 };
  const one = estimateMemory(gemma, model, { contextTokens: 2048, slots: 1 });
  const many = estimateMemory(gemma, model, { contextTokens: 2048, slots: 16 });
  // 18 layers, one head, keys and values of 256 numbers with two bytes each.
  expect(one.keyValueCache).toBe(2048 * 18 * 512 * 2);
  expect(many.keyValueCache).toBe(16 * one.keyValueCache);
  expect(many.total - one.total).toBe(15 * one.keyValueCache + 15 * one.logits);
});

test('more memory than the machine has free is refused with what it is for and what to do [M18]', () => {
  expect(() => requireMemory('model.gguf', 1e15, '16 slots of 2048 tokens')).toThrow(
    /^Model `model\.gguf` needs 1000000000 MB for 16 slots of 2048 tokens and this machine has \d+ MB free; .*fewer slots/,
  );
  expect(() => requireMemory('model.gguf', 1e15, '')).toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', exitCode: 78 }),
  );
  expect(() => requireMemory('model.gguf', 1, 'a slot')).not.toThrow();
});
