import { copyFile, mkdtempDisposable, open, readFile, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeModel } from '../../src/engine/describe-model.ts';
import { loadModel } from '../../src/engine/load-model.ts';
import { runCommand } from '../support/run-command.ts';

const MODEL = 'models/demo.gguf';

test('a model that can be used is described by its header, size and hash', async () => {
  const described = await describeModel(MODEL);
  const content = await readFile(MODEL);
  expect(described).toMatchObject({
    name: 'demo.gguf',
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
    architecture: 'gemma3',
    vocabulary: { kind: 'llama', tokens: 4096 },
    quantization: { embedding: 'Q8_0' },
    trainContextTokens: 2048,
    problem: null,
  });
  expect(described.chatTemplateSha256).toMatch(/^[0-9a-f]{64}$/);
  // Q8_0 takes 34 bytes for 32 weights; a few small tensors and the header come on top.
  expect(described.bytes / described.parameters).toBeGreaterThan(34 / 32);
  expect(described.bytes / described.parameters).toBeLessThan(1.15);
});

test('the context that the memory is estimated for is the one that the engine opens', async () => {
  const { memory } = await describeModel(MODEL);
  await using model = await loadModel(MODEL);
  expect(memory?.contextTokens).toBe(model.settings['contextTokens']);
  expect(memory?.total).toBe((memory?.weights ?? 0) + (memory?.keyValueCache ?? 0) + (memory?.logits ?? 0));
  // Six layers, one KV head, keys and values of 64 numbers with two bytes each.
  expect(memory?.keyValueCache).toBe(2048 * 6 * 1 * 128 * 2);
});

test('a model that is cut short is described, and has a problem', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'docmill-model-'));
  const short = join(folder.path, 'short.gguf');
  await copyFile(MODEL, short);
  await using file = await open(short, 'r+');
  await file.truncate((await stat(MODEL)).size - 100_000);
  const described = await describeModel(short);
  expect(described.architecture).toBe('gemma3');
  expect(described.problem).toMatch(/`.*short\.gguf` cannot be loaded; it may be cut short/);
});

test('what is no GGUF file, or not the pinned one, is refused', async () => {
  await expect(describeModel('package.json')).rejects.toMatchObject({ code: 'MODEL_INVALID', exitCode: 78 });
  await expect(describeModel(`${MODEL}#sha256=${'0'.repeat(64)}`)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  await expect(describeModel('stub:')).rejects.toMatchObject({ code: 'MODEL_INVALID' });
});

test('a model of another family is described, is not usable and exits 78', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'docmill-model-'));
  const file = join(folder.path, 'other.gguf');
  await writeFile(file, headerOf({ 'general.architecture': 'llama' }));
  const { code, stdout } = await runCommand('models', 'check', file, '--json');
  expect(code).toBe(78);
  const problem = `Model \`${file}\` has the architecture \`llama\`; use a model of the Gemma family.`;
  expect(JSON.parse(stdout)).toMatchObject({ architecture: 'llama', usable: false, problem, memory: null });
  expect((await runCommand('models', 'check', file)).stdout).toContain(`usable         no: ${problem}`);
});

/** The header of a GGUF file with text values only, and without any tensor. */
function headerOf(values: Readonly<Record<string, string>>): Buffer {
  const start = Buffer.alloc(24);
  start.write('GGUF', 'latin1');
  start.writeUInt32LE(3, 4);
  start.writeBigUInt64LE(BigInt(Object.keys(values).length), 16);
  const textOf = (value: string) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const pairs = Object.entries(values).flatMap(([key, value]) => [
    textOf(key),
    Buffer.from([8, 0, 0, 0]),
    textOf(value),
  ]);
  return Buffer.concat([start, ...pairs]);
}
