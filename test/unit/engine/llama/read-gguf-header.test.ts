import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readModelHeader } from '../../../../src/engine/llama/model-file.ts';
import { readGgufHeader } from '../../../../src/engine/llama/read-gguf-header.ts';

const MODEL = 'models/demo.gguf';

test('values and matrices of a model are read, its vocabulary is passed over', () => {
  const { values, tensors } = readGgufHeader(MODEL);
  expect(values.get('general.architecture')).toBe('gemma3');
  expect(values.get('tokenizer.ggml.model')).toBe('llama');
  expect(values.has('tokenizer.ggml.tokens')).toBe(false);
  expect(tensors.filter(({ name }) => name === 'token_embd.weight')).toHaveLength(1);
});

test('a file that is no GGUF file, or ends early, is refused', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'docmill-header-'));
  const path = join(folder.path, 'cut.gguf');
  expect(() => readGgufHeader('package.json')).toThrow(/not a GGUF file/);
  for (const bytes of [0, 3, 10, 30, 5000]) {
    await writeFile(path, (await readFile(MODEL)).subarray(0, bytes));
    expect(() => readGgufHeader(path)).toThrow(/ends within its header|not a GGUF file/);
    expect(() => readModelHeader(path)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
  }
});

test.each([
  ['block_count', 0],
  ['block_count', 2 ** 31],
  ['embedding_length', 0],
  ['embedding_length', 1],
  ['feed_forward_length', 0],
  ['feed_forward_length', 7],
  ['attention.head_count', 0],
  ['attention.head_count', 3],
  ['attention.head_count_kv', 0],
  ['attention.head_count_kv', 3],
  ['attention.key_length', 0],
  ['attention.key_length', 7],
  ['attention.value_length', 0],
  ['attention.value_length', 7],
  // Bits of NaN and of -1 as a float.
  ['attention.layer_norm_rms_epsilon', 0x7fc00000],
  ['attention.layer_norm_rms_epsilon', 0xbf800000],
])('a header whose `%s` is %i is refused before the native library ends the process over it', async (name, value) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'docmill-header-'));
  const path = join(folder.path, 'damaged.gguf');
  const bytes = await readFile(MODEL);
  const key = `gemma3.${name}`;
  const length = Buffer.alloc(8);
  length.writeUInt32LE(key.length);
  const start = bytes.indexOf(Buffer.concat([length, Buffer.from(key)])) + length.length + key.length;
  // Behind the number of the value's type.
  bytes.writeUInt32LE(value, start + 4);
  await writeFile(path, bytes);
  expect(() => readModelHeader(path)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
});

test('whatever is damaged in a header, it is read or refused, in no time [M3] [S13]', { timeout: 60_000 }, async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'docmill-header-'));
  const path = join(folder.path, 'damaged.gguf');
  const start = (await readFile(MODEL)).subarray(0, 200_000);
  const damage = fc.array(fc.record({ at: fc.nat(4000), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const bytes = Buffer.from(start);
      for (const { at, byte } of changes) {
        bytes[at] = byte;
      }
      await writeFile(path, bytes);
      const read = (): string => {
        try {
          readModelHeader(path);
          return 'read';
        } catch (error) {
          return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        }
      };
      expect(['read', 'MODEL_INVALID']).toContain(read());
    }),
    { numRuns: 200 },
  );
});
