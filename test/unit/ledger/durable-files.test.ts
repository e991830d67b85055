import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureDirectory } from '../../../src/ensure-directory.ts';
import { createOnce, probeRegister, removeStaleTemporaries, replaceFile } from '../../../src/ledger/durable-files.ts';
import { createTemporaryFiles } from '../documents/temporary-files.ts';

/** A file system that is not the one of the temporary directory, where this machine has one. */
const otherDevice = ['/dev/shm', process.env['XDG_RUNTIME_DIR'] ?? '/run'].find(
  (directory) => existsSync(directory) && statSync(directory).dev !== statSync(tmpdir()).dev,
);

describe('createOnce', () => {
  test('of twenty concurrent callers exactly one sets the file, and it holds that one content whole', async () => {
    await using files = await createTemporaryFiles();
    const path = join(files.directory, 'part');
    const contents = Array.from({ length: 20 }, (_, index) => Buffer.alloc(100_000, 65 + index));
    const won = await Promise.all(contents.map((content) => createOnce(files.directory, path, content)));
    const winners = contents.filter((_, index) => won[index]);
    expect(winners).toHaveLength(1);
    expect(winners[0]?.equals(await readFile(path))).toBe(true);
    expect(await readdir(files.directory)).toEqual(['part']);
  });

  test('what is set is what was given, byte for byte', async () => {
    await using files = await createTemporaryFiles();
    const bytes = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
    await createOnce(files.directory, join(files.directory, 'part'), bytes);
    expect(Buffer.compare(await readFile(join(files.directory, 'part')), bytes)).toBe(0);
  });

  test('a set file is read-only, has one name and is not changed by a later call', async () => {
    await using files = await createTemporaryFiles();
    const path = join(files.directory, 'part');
    expect(await createOnce(files.directory, path, Buffer.from('first'))).toBe(true);
    expect(await createOnce(files.directory, path, Buffer.from('second'))).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('first');
    const { mode, nlink } = await stat(path);
    expect(mode & 0o777).toBe(0o444);
    expect(nlink).toBe(1);
  });

  test.skipIf(otherDevice === undefined)(
    'a temporary directory on another file system is refused and nothing is left on either [D10]',
    async () => {
      await using files = await createTemporaryFiles();
      const elsewhere = await mkdtemp(join(otherDevice ?? '', 'docmill-test-'));
      try {
        const created = createOnce(elsewhere, join(files.directory, 'part'), Buffer.from('first'));
        await expect(created).rejects.toMatchObject({ code: 'EXDEV' });
        expect(await readdir(files.directory)).toEqual([]);
        expect(await readdir(elsewhere)).toEqual([]);
      } finally {
        await rm(elsewhere, { recursive: true });
      }
    },
  );

  test('a directory that is not there is an error and leaves nothing', async () => {
    await using files = await createTemporaryFiles();
    const path = join(files.directory, 'missing', 'part');
    await expect(createOnce(files.directory, path, Buffer.from('x'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(files.directory)).toEqual([]);
  });
});

describe('replaceFile', () => {
  test('a reader sees the old file or the whole new one, whoever writes at the same time', async () => {
    await using files = await createTemporaryFiles({ results: 'old' });
    const path = join(files.directory, 'results');
    const versions = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(300_000));
    const writers = versions.map((text) => replaceFile(files.directory, path, [Buffer.from(text)]));
    const seen = new Set<string>();
    const reading = (async () => {
      for (let looks = 0; looks < 50; looks += 1) seen.add(await readFile(path, 'utf8'));
    })();
    await Promise.all([...writers, reading]);
    for (const text of seen) expect(['old', ...versions].includes(text)).toBe(true);
    expect(versions.includes(await readFile(path, 'utf8'))).toBe(true);
    expect(await readdir(files.directory)).toEqual(['results']);
  });

  test('contents that throw leave the old file and no temporary one', async () => {
    await using files = await createTemporaryFiles({ results: 'old' });
    const replaced = replaceFile(files.directory, join(files.directory, 'results'), failingContents());
    await expect(replaced).rejects.toThrow('the disk said no');
    expect(await readFile(join(files.directory, 'results'), 'utf8')).toBe('old');
    expect(await readdir(files.directory)).toEqual(['results']);
  });
});

describe('probeRegister and ensureDirectory', () => {
  test('a probed directory is left as it was', async () => {
    await using files = await createTemporaryFiles();
    await probeRegister(files.directory);
    expect(await readdir(files.directory)).toEqual([]);
  });

  test('directories are made with their parents, by several callers at once, and existing ones are fine', async () => {
    await using files = await createTemporaryFiles();
    const directory = join(files.directory, 'a', 'b', randomUUID());
    await Promise.all([ensureDirectory(directory), ensureDirectory(directory), ensureDirectory(directory)]);
    await ensureDirectory(directory);
    expect((await stat(directory)).isDirectory()).toBe(true);
  });

  test('a file in the way is an error', async () => {
    await using files = await createTemporaryFiles({ file: '' });
    await expect(ensureDirectory(join(files.directory, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(ensureDirectory(join(files.directory, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test.skipIf(process.platform !== 'linux')('a directory that the system never makes ends in an error', async () => {
    await expect(ensureDirectory('/proc/docmill/out')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

async function* failingContents(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('new');
  throw new Error('the disk said no');
}

describe('what killed processes leave', () => {
  test('temporary files of more than a day ago are removed, younger ones may be in use and stay', async () => {
    await using files = await createTemporaryFiles({ old: 'x', young: 'y' });
    const now = Date.now();
    const dayAndMore = new Date(now - 25 * 3600 * 1000);
    await utimes(join(files.directory, 'old'), dayAndMore, dayAndMore);
    await removeStaleTemporaries(files.directory, now);
    expect(await readdir(files.directory)).toEqual(['young']);
  });

  test('folders stay, however old, and a name that is gone meanwhile is passed over', async () => {
    await using files = await createTemporaryFiles();
    await mkdir(join(files.directory, 'folder'));
    await symlink(join(files.directory, 'nothing'), join(files.directory, 'gone'));
    await removeStaleTemporaries(files.directory, Date.now() + 25 * 3600 * 1000);
    expect(await readdir(files.directory)).toEqual(['folder', 'gone']);
  });
});
