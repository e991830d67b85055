import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from '../../../../src/engine/model-cache/lock.ts';
import { createTemporaryFiles } from '../../documents/temporary-files.ts';
import { startProgram } from '../../../support/start-program.ts';

const HOLD = `
import { takeLock } from './src/engine/model-cache/lock.ts';
await takeLock(process.argv[1], { signal: new AbortController().signal, onWait: () => undefined });
console.error('held');
setInterval(() => undefined, 1000);
`;

test('a lock is free again when the process that held it was killed', async () => {
  await using files = await createTemporaryFiles();
  const path = join(files.directory, 'lock');
  const root = join(import.meta.dirname, '../../../..');
  await using holder = startProgram(process.execPath, ['--input-type=module', '--eval', HOLD, path], {
    cwd: root,
    env: process.env,
  });
  await holder.untilSaid('held');
  let waits = 0;
  const onWait = (): void => {
    waits += 1;
    holder.kill('SIGKILL');
  };
  using _lock = await takeLock(path, { signal: new AbortController().signal, onWait });
  expect(waits).toBe(1);
});

test('waiting for a lock ends when its signal aborts', async () => {
  await using files = await createTemporaryFiles();
  const path = join(files.directory, 'lock');
  const controller = new AbortController();
  using _held = await takeLock(path, { signal: controller.signal, onWait: () => undefined });
  const waiting = takeLock(path, { signal: controller.signal, onWait: () => controller.abort(new Error('enough')) });
  await expect(waiting).rejects.toThrow('enough');
});

test('a lock that cannot be made says which', async () => {
  await using files = await createTemporaryFiles();
  const path = join(files.directory, 'missing', 'lock');
  const options = { signal: new AbortController().signal, onWait: () => undefined };
  await expect(takeLock(path, options)).rejects.toThrow(path);
});
