import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256Of } from '../../../src/sha256.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { ggufOf } from '../../support/gguf.ts';
import { type ModelHub, startModelHub } from '../../support/model-hub.ts';
import { runCommand } from '../../support/run-command.ts';
import { waitUntil } from '../../support/wait-until.ts';

const MODEL = Buffer.concat([ggufOf({ 'general.architecture': 'gemma3' }), Buffer.alloc(50_000, 'weights')]);

let hub: ModelHub;

beforeEach(async () => {
  hub = await startModelHub();
  hub.serve('/model.gguf', MODEL);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await hub[Symbol.asyncDispose]();
});

test('a model is pulled, listed with its hash, and removed', async () => {
  await using files = await createFastFiles();
  vi.stubEnv('DOCMILL_MODELS', join(files.directory, 'models'));
  const url = `${hub.url}/model.gguf?key=secret`;
  const sha256 = sha256Of(MODEL);
  const pulled = await runCommand('models', 'pull', url);
  expect(pulled.code).toBe(0);
  expect(pulled.stderr).toBe('Downloading model.gguf: 0 B/50.1 kB (0 %)\n');
  expect(pulled.stdout).toContain(`pinned        ${url}#sha256=${sha256}\n`);
  const again = await runCommand('models', 'pull', `${url}#sha256=${sha256}`, '--json', '--offline');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(again.stdout)).toMatchObject({
    sha256,
    bytes: MODEL.length,
    architecture: 'gemma3',
    pulled: false,
  });
  const listed: unknown = JSON.parse((await runCommand('models', 'list', '--json')).stdout);
  expect(listed).toMatchObject([{ model: `${hub.url}/model.gguf?…`, sha256, bytes: MODEL.length }]);
  expect((await runCommand('models')).stdout).toMatch(
    new RegExp(`^MODEL .*\\n.*model\\.gguf\\?… +50\\.1 kB .* ${sha256}\\n$`),
  );
  expect(await runCommand('models', 'rm', url)).toMatchObject({ code: 0, stdout: `Removed ${url}.\n` });
  expect(await runCommand('models', 'list')).toMatchObject({ code: 0, stdout: '', stderr: /There are no models/ });
  expect(await runCommand('models', 'rm', url)).toMatchObject({ code: 66 });
});

test('a model that did not come whole is listed as such, and can be removed', async () => {
  await using files = await createFastFiles();
  const url = `${hub.url}/model.gguf`;
  const dir = ['--dir', files.directory];
  hub.trouble({ holdAfter: 10_000 }, ...Array.from({ length: 20 }, () => ({ status: 404 })));
  const pull = runCommand('models', 'pull', url, ...dir);
  await waitUntil('a part of it is there', async () => {
    const names = await readdir(files.directory, { recursive: true });
    const part = names.find((name) => name.endsWith('new/model.gguf'));
    return part !== undefined && (await stat(join(files.directory, part))).size === 10_000;
  });
  hub.cut();
  expect(await pull).toMatchObject({ code: 78, stdout: '' });
  expect((await runCommand('models', 'list', ...dir)).stdout).toMatch(/model\.gguf .* not whole; pull it again\n$/);
  expect(await runCommand('models', 'rm', url, ...dir, '--json')).toMatchObject({ code: 0 });
  expect((await readdir(files.directory)).filter((name) => name !== '.locks')).toEqual([]);
});

test('a file and the stub are not to be pulled', async () => {
  for (const reference of ['models/demo.gguf', 'stub:']) {
    const { code, stderr } = await runCommand('models', 'pull', reference);
    expect(code).toBe(64);
    expect(stderr).toContain(`\`${reference}\``);
  }
});

test('offline by configuration no command asks for a model', async () => {
  await using files = await createFastFiles();
  vi.stubEnv('DOCMILL_MODELS', files.directory);
  vi.stubEnv('DOCMILL_OFFLINE', 'true');
  const url = `${hub.url}/model.gguf`;
  for (const command of [
    ['models', 'check', url],
    ['models', 'pull', url],
    ['inspect', 'README.md', '--task', 'ticket', '--model', url],
  ]) {
    const { code, stderr } = await runCommand(...command);
    expect(code).toBe(78);
    expect(stderr).toContain('offline nothing is downloaded');
  }
  expect(hub.heard).toEqual([]);
});
