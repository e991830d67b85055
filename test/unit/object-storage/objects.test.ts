import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test as base, vi } from 'vitest';
import { joinLocation, parseObjectUrl } from '../../../src/object-storage/location.ts';
import { createTemporaryFiles } from '../documents/temporary-files.ts';
import { startCuttingProxy } from '../../support/cutting-proxy.ts';
import { environmentOf, objectServer, startObjectStore } from '../../support/object-store.ts';

/** The modules as a new process sees them: there is one client, made for the environment of its first use. */
async function freshModules() {
  vi.resetModules();
  const { listNames, listObjects } = await import('../../../src/object-storage/list-objects.ts');
  const { openObject, readObject } = await import('../../../src/object-storage/open-object.ts');
  const { uploadObject } = await import('../../../src/object-storage/upload-object.ts');
  const { objects } = await import('../../../src/ledger/objects.ts');
  return { listNames, listObjects, openObject, readObject, uploadObject, objects };
}

// oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which other fixtures are needed
const test = base.extend('store', async ({}, { onCleanup }) => {
  const files = await createTemporaryFiles();
  const store = await startObjectStore(join(files.directory, 'store'));
  onCleanup(async () => {
    vi.unstubAllEnvs();
    await store.kill();
    await files[Symbol.asyncDispose]();
  });
  const bucket = await store.makeBucket('bucket');
  for (const [name, value] of Object.entries(store.environment)) vi.stubEnv(name, value);
  return { ...store, bucket, ...(await freshModules()) };
});

describe('the URL of an object', () => {
  test('is a bucket and a key as it stands', () => {
    expect(parseObjectUrl('s3://a/b%20c/d#e?f')).toEqual({ bucket: 'a', key: 'b%20c/d#e?f' });
    expect(parseObjectUrl('s3://a')).toEqual({ bucket: 'a', key: '' });
    expect(joinLocation('s3://a/b', '..', 'c')).toBe('s3://a/b/../c');
  });

  test.for(['s3://', 's3:///key', 's3:/a/b', 'a/b'])('%s is refused', (url) => {
    expect(() => parseObjectUrl(url)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe.skipIf(objectServer === null)('an object that is set once', () => {
  test('is that of one writer of many, whole, and each knows whether it won', async ({ store }) => {
    const { objects, readObject } = store;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 8 }), fc.uuid(), async (writers, name) => {
        const url = `s3://bucket/${name}`;
        const contents = Array.from({ length: writers }, () => randomBytes(100_000));
        const won = await Promise.all(contents.map((bytes) => objects.createOnce('', url, bytes)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await readObject(url)).toEqual(contents[won.indexOf(true)]);
        expect(await objects.createOnce('', url, Buffer.from('late'))).toBe(false);
      }),
      { numRuns: 10 },
    );
  });

  test.for([1, 3])('whose reply was lost %i times is known to be its own [B4]', async (times, { store }) => {
    vi.stubEnv('DOCMILL_FAULTS', JSON.stringify([{ point: 'object.stored', action: 'ECONNRESET', times }]));
    const { objects, readObject } = await freshModules();
    expect(await objects.has('s3://bucket/part')).toBe(false);
    expect(await objects.createOnce('', 's3://bucket/part', Buffer.from('mine'))).toBe(true);
    expect(await objects.createOnce('', 's3://bucket/part', Buffer.from('theirs'))).toBe(false);
    expect((await readObject('s3://bucket/part')).toString()).toBe('mine');
    expect(await readFile(join(store.bucket, 'part'), 'utf8')).toBe('mine');
  });

  test('may be a file of this machine', async ({ store }) => {
    const file = join(store.directory, 'plan');
    await writeFile(file, 'plan');
    expect(await store.objects.publishOnce(file, 's3://bucket/plan')).toBe(true);
    expect(await store.objects.publishOnce(file, 's3://bucket/plan')).toBe(false);
    expect((await store.readObject('s3://bucket/plan')).toString()).toBe('plan');
  });
});

describe.skipIf(objectServer === null)('objects', () => {
  test('of any length are uploaded whole, in pieces where they are long, over those that are there', async ({
    store,
  }) => {
    // The least that a store takes as a piece that is not the last.
    const pieceBytes = 5 * 1024 * 1024;
    for (const length of [0, 1, pieceBytes, pieceBytes + 1, 3 * pieceBytes - 1]) {
      const bytes = randomBytes(length);
      const chunks = Array.from({ length: 7 }, (_, index) => {
        const [from, to] = [Math.floor((index * length) / 7), Math.floor(((index + 1) * length) / 7)];
        return bytes.subarray(from, to);
      });
      await store.uploadObject('s3://bucket/long', chunks, pieceBytes);
      expect((await store.readObject('s3://bucket/long')).equals(bytes)).toBe(true);
    }
  });

  test('whose chunks end in an error leave the old one as it was', async ({ store }) => {
    await store.uploadObject('s3://bucket/results', [Buffer.from('old')]);
    const pieceBytes = 5 * 1024 * 1024;
    const chunks = async function* () {
      yield randomBytes(2 * pieceBytes + 1);
      throw new Error('the parts are gone');
    };
    await expect(store.uploadObject('s3://bucket/results', chunks(), pieceBytes)).rejects.toThrow('the parts are gone');
    expect((await store.readObject('s3://bucket/results')).toString()).toBe('old');
  });

  test('are read slice by slice, also over their end', async ({ store }) => {
    const bytes = randomBytes(1_000_000);
    await store.uploadObject('s3://bucket/plan', [bytes]);
    const whole = await store.openObject('s3://bucket/plan');
    await using windows = await store.objects.open('s3://bucket/plan');
    expect(whole.bytes).toBe(bytes.length);
    await fc.assert(
      fc.asyncProperty(fc.nat(1_100_000), fc.nat(400_000), async (offset, length) => {
        const slice = bytes.subarray(offset, offset + length);
        expect((await whole.read(offset, length)).equals(slice)).toBe(true);
        expect((await windows.read(offset, length)).equals(slice)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('are listed in byte order of their keys, however many and whatever their names', async ({ store }) => {
    const names = ['a b', 'a+b', 'a%20b', 'a#b', 'a&<b>', 'a-b', 'a/b', 'a/ä', 'a/日本', 'ab', 'b/\u{1F600}'];
    const many = Array.from({ length: 1_100 }, (_, number) => `many/${number}`);
    const all = [...names, ...many];
    for (const name of all) {
      await mkdir(dirname(join(store.bucket, 'in', name)), { recursive: true });
      await writeFile(join(store.bucket, 'in', name), '');
    }
    const listed: string[] = [];
    for await (const { name } of store.listObjects('s3://bucket/in/')) listed.push(name);
    expect(listed).toEqual(all.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))));
    const { folders, objects } = await store.listNames('s3://bucket/in/');
    expect(folders).toEqual(['a', 'b', 'many']);
    expect(objects.map(({ name }) => name)).toEqual(listed.filter((name) => !name.includes('/')));
  });

  test('that are not there, or in a bucket that is not there, say so', async ({ store }) => {
    await expect(store.readObject('s3://bucket/none')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(store.openObject('s3://bucket/none')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(store.objects.touch('s3://nothing/none', 0)).rejects.toMatchObject({ code: 'NoSuchBucket' });
    expect(await store.objects.has('s3://bucket/none')).toBe(false);
  });

  test('come whole over a connection that breaks off again and again [B8]', async ({ store }) => {
    const bytes = randomBytes(3_000_000);
    await store.uploadObject('s3://bucket/long', [bytes]);
    await using proxy = await startCuttingProxy(store.port, () => 800_000);
    for (const [name, value] of Object.entries(environmentOf(proxy.port))) vi.stubEnv(name, value);
    const { openObject } = await freshModules();
    const hash = createHash('sha256');
    for await (const chunk of (await openObject('s3://bucket/long')).chunks()) hash.update(chunk);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(proxy.connections()).toBeGreaterThan(3);
  });

  test('are waited for while the store is away, once it has answered [B6]', async ({ store }) => {
    const { objects } = store;
    await objects.touch('s3://bucket/here', 0);
    await store.kill();
    const found = objects.has('s3://bucket/here');
    await store.start();
    expect(await found).toBe(true);
  });

  test('of a store that never answered are not waited for', async ({ store }) => {
    await store.kill();
    const { objects } = await freshModules();
    const startedMs = performance.now();
    await expect(objects.has('s3://bucket/here')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(performance.now() - startedMs).toBeLessThan(20_000);
  });

  test('that are replaced while they are read are not read on [B9]', async ({ store }) => {
    await store.uploadObject('s3://bucket/changing', [Buffer.from('first')]);
    const opened = await store.openObject('s3://bucket/changing');
    await store.uploadObject('s3://bucket/changing', [Buffer.from('other')]);
    await expect(opened.read(0, 5)).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
