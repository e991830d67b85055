import { copyFile, mkdtempDisposable, open, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeModel } from '../../src/engine/describe-model.ts';
import { loadModel } from '../../src/engine/load-model.ts';
import { sha256Of } from '../../src/sha256.ts';
import { ggufOf } from '../support/gguf.ts';
import { runCommand } from '../support/run-command.ts';
import { splitGguf } from '../support/split-gguf.ts';
import { createTemporaryFiles } from '../unit/documents/temporary-files.ts';

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
    chatTemplate: { gemmaTurns: true },
    quantization: { main: 'Q8_0', embedding: 'Q8_0' },
    trainContextTokens: 2048,
    problem: null,
  });
  expect(described.chatTemplate?.sha256).toMatch(/^[0-9a-f]{64}$/);
  // Q8_0 takes 34 bytes for 32 weights; a few small tensors and the header come on top.
  expect(described.bytes / described.parameters).toBeGreaterThan(34 / 32);
  expect(described.bytes / described.parameters).toBeLessThan(1.15);
});

test('the context that the memory is estimated for is the one that the engine opens', async () => {
  const { memory } = await describeModel(MODEL);
  await using model = await loadModel(MODEL);
  expect(memory?.contextTokens).toBe(model.settings['contextTokens']);
  const { program = 0, weights = 0, keyValueCache = 0, logits = 0 } = memory ?? {};
  expect(memory?.total).toBe(program + weights + keyValueCache + logits);
  expect(memory?.slots).toBe(model.settings['slots']);
  // For each slot: six layers, one KV head, keys and values of 64 numbers with two bytes each.
  expect(keyValueCache).toBe((memory?.slots ?? 0) * 2048 * 6 * 1 * 128 * 2);
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

test('a split model is its first part, and is described, hashed and used with all of them', async () => {
  await using files = await createTemporaryFiles();
  const parts = splitGguf(await readFile(MODEL), 3);
  const paths = await Promise.all(parts.map((part, index) => files.write(`m-0000${index + 1}-of-00003.gguf`, part)));
  const [first = '', , last = ''] = paths;
  const { parameters, vocabulary, quantization, chatTemplate } = await describeModel(MODEL);
  expect(await describeModel(first)).toMatchObject({
    name: 'm-00001-of-00003.gguf',
    sha256: sha256Of(Buffer.concat(parts)),
    bytes: parts.reduce((sum, part) => sum + part.length, 0),
    parameters,
    vocabulary,
    quantization,
    chatTemplate,
    problem: null,
  });
  await expect(describeModel(last)).rejects.toThrow('is part 3 of a split model');
  await unlink(last);
  await expect(describeModel(first)).rejects.toThrow(`${last}\` does not exist`);
});

test('what is no GGUF file, or not the pinned one, is refused', async () => {
  await expect(describeModel('package.json')).rejects.toMatchObject({ code: 'MODEL_INVALID', exitCode: 78 });
  await expect(describeModel(`${MODEL}#sha256=${'0'.repeat(64)}`)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  await expect(describeModel('stub:')).rejects.toMatchObject({ code: 'MODEL_INVALID' });
});

test('a model of another family is described, is not usable and exits 78', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'docmill-model-'));
  const file = join(folder.path, 'other.gguf');
  await writeFile(file, ggufOf({ 'general.architecture': 'llama' }));
  const { code, stdout } = await runCommand('models', 'check', file, '--json');
  expect(code).toBe(78);
  const problem = `Model \`${file}\` has the architecture \`llama\`; use a model of the Gemma family.`;
  expect(JSON.parse(stdout)).toMatchObject({ architecture: 'llama', usable: false, problem, memory: null });
  expect((await runCommand('models', 'check', file)).stdout).toContain(`usable         no: ${problem}`);
});
