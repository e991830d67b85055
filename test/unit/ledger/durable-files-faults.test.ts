import type * as fileSystem from 'node:fs/promises';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { prepareOutput } from '../../../src/ledger/create-run.ts';
import { createOnce } from '../../../src/ledger/durable-files.ts';
import { createTemporaryFiles } from '../documents/temporary-files.ts';

/** What the system does next, instead of or after the real call; the calls themselves go to a real file system. */
const faults = vi.hoisted(() => ({
  link: [] as string[],
  linkAfter: [] as string[],
  /** As many times the name that is there is taken away before. */
  linkOver: [] as string[],
  write: [] as string[],
  /** As many times half of the bytes are written, and nothing is said. */
  short: [] as string[],
  sync: [] as string[],
  unlink: [] as string[],
}));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fileSystem>();
  const failIf = (planned: string[]): void => {
    const code = planned.shift();
    if (code !== undefined) throw Object.assign(new Error(code), { code });
  };
  return {
    ...real,
    link: async (...names: Parameters<typeof real.link>) => {
      failIf(faults.link);
      if (faults.linkOver.shift() !== undefined) await real.rm(names[1], { force: true });
      await real.link(...names);
      failIf(faults.linkAfter);
    },
    unlink: async (...names: Parameters<typeof real.unlink>) => {
      await real.unlink(...names);
      failIf(faults.unlink);
    },
    open: async (...request: Parameters<typeof real.open>) => {
      const file = await real.open(...request);
      // Directories are opened for reading only; faults are for files that are written.
      if (request[1] === 0) return file;
      const write = file.writeFile.bind(file);
      const sync = file.sync.bind(file);
      file.writeFile = async (...content) => {
        if (faults.write.length > 0) await write('half of');
        failIf(faults.write);
        const [bytes, ...options] = content;
        const isShort = faults.short.shift() !== undefined && Buffer.isBuffer(bytes);
        return write(isShort ? bytes.subarray(0, bytes.length >> 1) : bytes, ...options);
      };
      file.sync = async () => {
        failIf(faults.sync);
        return sync();
      };
      return file;
    },
  };
});

afterEach(() => {
  for (const planned of Object.values(faults)) planned.length = 0;
});

describe('a register on a system that fails', () => {
  test('a link whose reply was lost counts as set, since the file has two names [D6]', async () => {
    await using files = await createTemporaryFiles();
    faults.linkAfter.push('EIO');
    expect(await createOnce(files.directory, join(files.directory, 'part'), Buffer.from('whole'))).toBe(true);
    expect(await readFile(join(files.directory, 'part'), 'utf8')).toBe('whole');
    expect(await readdir(files.directory)).toEqual(['part']);
  });

  test('a link that failed for good is an error and leaves nothing', async () => {
    await using files = await createTemporaryFiles();
    faults.link.push('EIO');
    const created = createOnce(files.directory, join(files.directory, 'part'), Buffer.from('whole'));
    await expect(created).rejects.toMatchObject({ code: 'EIO' });
    expect(await readdir(files.directory)).toEqual([]);
  });

  test('a full disk is an error at once, leaves nothing, and the next call sets the whole file [D1]', async () => {
    await using files = await createTemporaryFiles();
    faults.write.push('ENOSPC');
    const path = join(files.directory, 'part');
    await expect(createOnce(files.directory, path, Buffer.from('whole'))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(files.directory)).toEqual([]);
    expect(await createOnce(files.directory, path, Buffer.from('whole'))).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('whole');
  });

  test('a file whose fsync failed is thrown away and written anew [D5]', async () => {
    await using files = await createTemporaryFiles();
    faults.sync.push('EIO');
    expect(await createOnce(files.directory, join(files.directory, 'part'), Buffer.from('whole'))).toBe(true);
    expect(await readFile(join(files.directory, 'part'), 'utf8')).toBe('whole');
    expect(await readdir(files.directory)).toEqual(['part']);
  });

  test('a second failed fsync goes up and nothing was published [D5]', async () => {
    await using files = await createTemporaryFiles();
    faults.sync.push('EIO', 'EIO');
    const created = createOnce(files.directory, join(files.directory, 'part'), Buffer.from('whole'));
    await expect(created).rejects.toMatchObject({ code: 'EIO' });
    expect(await readdir(files.directory)).toEqual([]);
  });

  test('a file that is shorter than what was written is thrown away and written anew [D2]', async () => {
    await using files = await createTemporaryFiles();
    faults.short.push('once');
    expect(await createOnce(files.directory, join(files.directory, 'part'), Buffer.from('whole'))).toBe(true);
    expect(await readFile(join(files.directory, 'part'), 'utf8')).toBe('whole');
    expect(await readdir(files.directory)).toEqual(['part']);
  });

  test('a file that is shorter again is an error, and nothing was published [D2]', async () => {
    await using files = await createTemporaryFiles();
    faults.short.push('once', 'again', 'and again');
    const created = createOnce(files.directory, join(files.directory, 'part'), Buffer.from('whole'));
    await expect(created).rejects.toMatchObject({ code: 'EIO' });
    expect(await readdir(files.directory)).toEqual([]);
  });

  test('a temporary name that cannot be taken away is an error, and what was set stands whole', async () => {
    await using files = await createTemporaryFiles();
    faults.unlink.push('EIO');
    const path = join(files.directory, 'part');
    await expect(createOnce(files.directory, path, Buffer.from('whole'))).rejects.toMatchObject({ code: 'EIO' });
    expect(await readFile(path, 'utf8')).toBe('whole');
    expect(await createOnce(files.directory, path, Buffer.from('other'))).toBe(false);
  });

  test('a file whose writing failed in the middle is thrown away and written anew [D2]', async () => {
    await using files = await createTemporaryFiles();
    faults.write.push('EIO');
    expect(await createOnce(files.directory, join(files.directory, 'part'), Buffer.from('whole'))).toBe(true);
    expect(await readFile(join(files.directory, 'part'), 'utf8')).toBe('whole');
    expect(await readdir(files.directory)).toEqual(['part']);
  });

  test.for(['EPERM', 'ENOTSUP'])(
    'a file system without hard links (%s) is refused before a run begins [D9]',
    async (code) => {
      await using files = await createTemporaryFiles();
      faults.link.push(code);
      const prepared = prepareOutput(files.directory);
      await expect(prepared).rejects.toMatchObject({ code: 'OUTPUT_UNUSABLE' });
      await expect(prepared).rejects.toThrow('no exclusive hard links');
      expect(await readdir(files.directory)).toEqual([]);
    },
  );

  test('a file system whose links replace what is there is refused before a run begins [D9]', async () => {
    await using files = await createTemporaryFiles();
    faults.linkOver.push('first', 'second');
    const prepared = prepareOutput(files.directory);
    await expect(prepared).rejects.toMatchObject({ code: 'OUTPUT_UNUSABLE' });
    await expect(prepared).rejects.toThrow('no exclusive hard links');
    expect(await readdir(files.directory)).toEqual([]);
  });
});
