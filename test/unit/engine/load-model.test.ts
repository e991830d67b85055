import { createHash } from 'node:crypto';
import { mkdir, mkdtempDisposable, rename, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkModelFile } from '../../../src/engine/check-model-file.ts';
import { identifyModel, loadModel } from '../../../src/engine/load-model.ts';
import { isAppError } from '../../../src/errors.ts';
import { ggufOf } from '../../support/gguf.ts';

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;

beforeAll(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'docmill-model-'));
});

afterAll(async () => {
  await folder.remove();
});

async function refusal(reference: string): Promise<string> {
  const [loading, identifying] = await Promise.allSettled([loadModel(reference), identifyModel(reference)]);
  const error: unknown = loading.status === 'rejected' ? loading.reason : undefined;
  if (!isAppError(error, 'MODEL_INVALID')) {
    throw new Error('the model was not refused', { cause: error });
  }
  expect(error.exitCode).toBe(78);
  expect(error.message).toMatch(/^[^\n]*\.$/);
  expect(identifying).toMatchObject({ status: 'rejected', reason: { message: error.message } });
  return error.message;
}

async function fileOf(name: string, content: Buffer | string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return path;
}

test('the stub is known by its name and a hash of its version, whatever its delay', async () => {
  const sha256 = createHash('sha256').update('docmill stub v1').digest('hex');
  const identified = await identifyModel('stub:');
  expect(identified).toEqual({ identity: { name: 'stub:', sha256 }, settings: { engine: 'stub' } });
  await using model = await loadModel('stub:delay=20');
  expect({ identity: model.identity, settings: model.settings }).toEqual(identified);
});

test.each(['stub:x', 'stub:delay=', 'stub:delay=-1', 'stub:delay=1.5'])('%s is refused', async (reference) => {
  expect(await refusal(reference)).toContain(`\`${reference}\``);
});

test.each(['hf:somebody/model', 'https://example.org/model.gguf'])(
  '%s is refused with the advice to pull it, since loading asks no network',
  async (reference) => {
    expect(await refusal(reference)).toContain('`docmill models pull` brings it');
  },
);

test('a model that does not exist is refused by its path [M1]', async () => {
  const path = join(folder.path, 'missing.gguf');
  expect(await refusal(path)).toContain(`\`${path}\` does not exist`);
});

test('a directory, an empty file and a text file are no models [M1]', async () => {
  const directory = join(folder.path, 'directory');
  await mkdir(directory);
  expect(await refusal(directory)).toContain('is not a file');
  expect(await refusal(await fileOf('empty.gguf', ''))).toContain('is not a GGUF file');
  expect(await refusal(await fileOf('short.gguf', 'GG'))).toContain('is not a GGUF file');
  expect(await refusal(await fileOf('text.gguf', 'no model at all'))).toContain('is not a GGUF file');
});

test('a file that ends within its header is refused as damaged [M2]', async () => {
  const whole = ggufOf({ 'general.architecture': 'gemma3' });
  for (const length of [12, whole.length - 1]) {
    const path = await fileOf('cut.gguf', whole.subarray(0, length));
    expect(await refusal(path)).toContain('is damaged');
  }
});

test('a model of another architecture is refused by its name [M6]', async () => {
  const path = await fileOf('other.gguf', ggufOf({ 'general.architecture': 'mamba' }));
  expect(await refusal(path)).toContain('`mamba`');
});

test('a file that is replaced or written to after it was hashed is noticed [M8]', async () => {
  const path = await fileOf('swapped.gguf', 'GGUF one');
  const { assertUnchanged } = await checkModelFile(path, undefined);
  await expect(assertUnchanged()).resolves.toBeUndefined();
  await rename(await fileOf('other-one.gguf', 'GGUF two'), path);
  await expect(assertUnchanged()).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  const written = await checkModelFile(path, undefined);
  await utimes(path, 1, 1);
  await expect(written.assertUnchanged()).rejects.toMatchObject({ code: 'MODEL_INVALID' });
});

test('a wrong pin shows both hashes, and is found before the file is parsed [M5] [M4] [S14]', async () => {
  const content = 'GGUF and then nothing that could be parsed';
  const path = await fileOf('pinned.gguf', content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const pin = 'a'.repeat(64);
  const message = await refusal(`${path}#sha256=${pin}`);
  expect(message).toContain(`\`${sha256}\``);
  expect(message).toContain(`\`${pin}\``);
  expect(await refusal(`${path}#sha256=${sha256.toUpperCase()}`)).toContain('is damaged');
  expect(await refusal(`${path}#sha256=123`)).toContain('no SHA-256');
});
