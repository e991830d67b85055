import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseModelReference } from '../../../../src/engine/model-reference.ts';
import { type PullOptions, type PullProgress, pullModel } from '../../../../src/engine/model-cache/pull-model.ts';
import { type AppError, isAppError } from '../../../../src/errors.ts';
import { packageRoot } from '../../../../src/package-root.ts';
import { sha256Of } from '../../../../src/sha256.ts';
import { createFastFiles } from '../../../support/fast-files.ts';
import { ggufOf } from '../../../support/gguf.ts';
import { type ModelHub, startModelHub } from '../../../support/model-hub.ts';

/** Enough bytes that they come in several pieces. */
const MODEL = Buffer.concat([ggufOf({ 'general.architecture': 'gemma3' }), Buffer.alloc(300_000, 'weights')]);
const OTHER = Buffer.concat([ggufOf({ 'general.architecture': 'gemma3' }), Buffer.alloc(300_000, 'other')]);
const HALF = 150_000;
const FILE = '/user/model/resolve/main/model-Q8_0.gguf';
const REFERENCE = 'hf:user/model/model-Q8_0.gguf';

let hub: ModelHub;

beforeEach(async () => {
  hub = await startModelHub();
  vi.stubEnv('HF_ENDPOINT', hub.url);
  vi.stubEnv('MODEL_ENDPOINT', '');
  vi.stubEnv('HF_TOKEN', undefined);
  vi.stubEnv('HF_HOME', '/nonexistent');
  vi.stubEnv('HF_TOKEN_PATH', undefined);
});

afterEach(async () => {
  await hub[Symbol.asyncDispose]();
});

afterAll(() => vi.unstubAllEnvs());

type Watched = Partial<PullOptions> & { readonly onProgress?: (progress: PullProgress) => void };

/** A cache of one test, and pulls into it that notice what they are told. */
async function createCache() {
  const files = await createFastFiles();
  onTestFinished(() => files[Symbol.asyncDispose]());
  const directory = join(files.directory, 'models');
  const retries: string[] = [];
  let waits = 0;
  const pull = (reference: string, { onProgress = () => undefined, ...options }: Watched = {}) => {
    const parsed = parseModelReference(reference);
    if (parsed.kind !== 'remote') throw new Error('nothing to pull');
    const listener = {
      onProgress,
      onRetry: (problem: string) => void retries.push(problem),
      onWait: () => void (waits += 1),
    };
    const timing = { silenceMs: 20_000, firstPauseMs: 1 };
    const signal = new AbortController().signal;
    return pullModel(parsed, { directory, offline: false, signal, listener, timing, ...options });
  };
  const refusal = async (reference: string, options: Watched = {}): Promise<AppError> => {
    const error: unknown = await pull(reference, options).catch((cause: unknown) => cause);
    if (!isAppError(error)) throw new Error('the model was not refused', { cause: error });
    expect(error.message).toMatch(/^[^\n]*\.$/);
    return error;
  };
  const contents = async (): Promise<string[]> => {
    const names = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
    return names.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('.locks')).map(({ name }) => name);
  };
  return { directory, pull, refusal, contents, retries, waits: () => waits };
}

/** Cuts the connection once the first `bytes` bytes have arrived. */
function cutAt(bytes: number): Watched {
  hub.trouble({ holdAfter: bytes });
  return { onProgress: (progress) => void (progress.bytes >= bytes && hub.cut()) };
}

describe('a model of the hub', () => {
  test('is found by its quantisation and comes into the cache with its hash and what it is', async () => {
    const cache = await createCache();
    hub.serveManifest('user/model', 'Q8_0', 'model-Q8_0.gguf');
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    const model = await cache.pull('hf:user/model:Q8_0');
    expect(model).toMatchObject({ pulled: true, bytes: MODEL.length, sha256: sha256Of(MODEL), architecture: 'gemma3' });
    expect(model.path).toMatch(/models\/user-model-Q8_0-[0-9a-f]{8}\/model-Q8_0\.gguf$/);
    expect((await readFile(model.path)).equals(MODEL)).toBe(true);
    expect((await cache.contents()).sort()).toEqual(['model-Q8_0.gguf', 'model.json']);
  });

  test('is found by the file of a branch', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'q/model.gguf', MODEL, 'fine');
    expect(await cache.pull('hf:user/model/q/model.gguf#fine')).toMatchObject({ sha256: sha256Of(MODEL) });
  });

  test('comes once: later calls ask nobody, not even whether it has changed', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    const first = await cache.pull(REFERENCE);
    const asked = hub.heard.length;
    for (const offline of [false, true]) {
      expect(await cache.pull(REFERENCE, { offline })).toEqual({ ...first, pulled: false });
      expect(await cache.pull(`${REFERENCE}#sha256=${first.sha256}`, { offline })).toEqual({ ...first, pulled: false });
    }
    expect(hub.heard).toHaveLength(asked);
  });

  test('is not looked for offline', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    const error = await cache.refusal(REFERENCE, { offline: true });
    expect(error).toMatchObject({ code: 'MODEL_INVALID', exitCode: 78 });
    expect(error.message).toContain(`\`${REFERENCE}\` is not in \`${cache.directory}\``);
    expect(hub.heard).toEqual([]);
  });

  test('that is not there is refused by its name and the place', async () => {
    const cache = await createCache();
    for (const reference of [REFERENCE, 'hf:user/model:Q2_K', `http://localhost:${hub.port}/none.gguf`]) {
      const error = await cache.refusal(reference);
      expect(error).toMatchObject({ code: 'MODEL_INVALID', exitCode: 78 });
      expect(error.message).toContain(`\`${reference}\` does not exist at`);
    }
    expect(cache.retries).toEqual([]);
    expect(await cache.contents()).toEqual([]);
  });

  test('in several parts comes as all of them, with one hash over all', async () => {
    const cache = await createCache();
    const names = ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf'];
    hub.serveManifest('user/model', 'Q8_0', names[0] ?? '');
    hub.serveModel('user/model', names[0] ?? '', MODEL);
    hub.serveModel('user/model', names[1] ?? '', OTHER);
    const sha256 = sha256Of(Buffer.concat([MODEL, OTHER]));
    const model = await cache.pull(`hf:user/model:Q8_0#sha256=${sha256}`);
    expect(model).toMatchObject({ sha256, bytes: MODEL.length + OTHER.length });
    expect(model.path).toMatch(/m-00001-of-00002\.gguf$/);
    expect((await cache.contents()).sort()).toEqual([...names, 'model.json']);
    expect(await cache.pull('hf:user/model:Q8_0', { offline: true })).toMatchObject({ sha256, pulled: false });
  });
});

test.for([
  { manifest: '{}', what: 'a model without GGUF files' },
  { manifest: '<html>Log in first</html>', what: 'a page' },
])('$what in the place of a manifest is refused with what to do', async ({ manifest }) => {
  const cache = await createCache();
  hub.serve('/v2/user/model/manifests/latest', { content: Buffer.from(manifest), plain: true });
  const error = await cache.refusal('hf:user/model');
  expect(error).toMatchObject({ code: 'MODEL_INVALID', exitCode: 78 });
  expect(error.message).toContain('has no GGUF file');
  expect(await cache.contents()).toEqual([]);
});

describe('a model behind terms', () => {
  test('is refused with what to do, and comes with the token', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', { content: MODEL, token: 'right' });
    const error = await cache.refusal(REFERENCE);
    expect(error).toMatchObject({ code: 'NOT_PERMITTED', exitCode: 77 });
    expect(error.message).toMatch(/accept the model's terms on its page, and set HF_TOKEN/);
    vi.stubEnv('HF_TOKEN', 'wrong');
    expect((await cache.refusal(REFERENCE)).message).toMatch(/with the account of HF_TOKEN/);
    vi.stubEnv('HF_TOKEN', 'right');
    expect(await cache.pull(REFERENCE)).toMatchObject({ sha256: sha256Of(MODEL) });
  });

  test('is refused already where its quantisations are listed', async () => {
    const cache = await createCache();
    hub.serveManifest('user/model', 'Q8_0', 'model-Q8_0.gguf', 'right');
    hub.serveModel('user/model', 'model-Q8_0.gguf', { content: MODEL, token: 'right' });
    expect((await cache.refusal('hf:user/model:Q8_0')).message).toMatch(/\(HTTP 401\); .* set HF_TOKEN/);
    vi.stubEnv('HF_TOKEN', 'right');
    expect(await cache.pull('hf:user/model:Q8_0')).toMatchObject({ sha256: sha256Of(MODEL) });
  });

  test('is the only one for which the token leaves the machine, and not to another host', async () => {
    const cache = await createCache();
    vi.stubEnv('HF_TOKEN', 'right');
    hub.serveModel('user/open', 'model.gguf', MODEL);
    hub.serve('/elsewhere.gguf', { content: MODEL, token: 'right' });
    hub.serve('/storage.gguf', MODEL);
    hub.trouble({ status: 503 });
    await cache.pull('hf:user/open/model.gguf');
    expect(await cache.refusal(`http://localhost:${hub.port}/elsewhere.gguf`)).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(hub.heard.map(({ authorization }) => authorization)).toEqual([undefined, undefined, undefined]);
    const redirect = `http://localhost:${hub.port}/storage.gguf`;
    hub.serveModel('user/model', 'model-Q8_0.gguf', { content: MODEL, token: 'right', redirect });
    await cache.pull(REFERENCE);
    expect(hub.heard.slice(3).map(({ path, authorization }) => [path, authorization])).toEqual([
      [FILE, undefined],
      [FILE, 'Bearer right'],
      ['/storage.gguf', undefined],
    ]);
  });
});

describe('a download that breaks', () => {
  test('goes on by itself where it was cut, from the same version of the file', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    expect(await cache.pull(REFERENCE, cutAt(HALF))).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(hub.rangesOf(FILE)).toEqual([undefined, `bytes=${HALF}-`]);
    expect(hub.heard.at(-1)?.ifRange).toBe(`"${sha256Of(MODEL)}"`);
    expect(cache.retries).toHaveLength(1);
  });

  test('is given up when it does not go on, and gone on with by the next call', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    const cut = cutAt(HALF);
    hub.trouble(...Array.from({ length: 20 }, () => ({ status: 503 })));
    const error = await cache.refusal(REFERENCE, cut);
    expect(error).toMatchObject({ code: 'MODEL_UNREACHABLE', exitCode: 69 });
    expect(error.message).toMatch(/\(HTTP 503\); the same command goes on where it stopped;/);
    expect(hub.rangesOf(FILE).length).toBeGreaterThan(3);
    await hub[Symbol.asyncDispose]();
    hub = await startModelHub();
    vi.stubEnv('HF_ENDPOINT', hub.url);
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    expect(await cache.pull(REFERENCE)).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(hub.rangesOf(FILE)).toEqual([`bytes=${HALF}-`]);
  });

  test.for([
    { server: 'a server that gives no ranges', trouble: { noRanges: true } as const },
    { server: 'a server that has another version and no conditions', trouble: { noConditions: true } as const },
  ])('starts over at $server', async ({ trouble }) => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', OTHER);
    const controller = new AbortController();
    hub.trouble({ holdAfter: HALF }, ...Array.from({ length: 10 }, () => trouble));
    await cache.refusal(REFERENCE, {
      signal: controller.signal,
      onProgress: ({ bytes }) => void (bytes >= HALF && controller.abort(new Error('enough'))),
    });
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    expect(await cache.pull(REFERENCE)).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(hub.rangesOf(FILE)[1]).toBe(`bytes=${HALF}-`);
  });

  test('starts over when the file has changed meanwhile', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', OTHER);
    const { onProgress } = cutAt(HALF);
    const replace = (progress: PullProgress): void => {
      hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
      onProgress?.(progress);
    };
    expect(await cache.pull(REFERENCE, { onProgress: replace })).toMatchObject({ sha256: sha256Of(MODEL) });
  });

  test('starts over when nothing tells one version from another', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', { content: MODEL, etag: null });
    expect(await cache.pull(REFERENCE, cutAt(HALF))).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(hub.rangesOf(FILE)).toEqual([undefined, undefined]);
  });

  test('goes on as often as it comes further', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    hub.trouble(...Array.from({ length: 20 }, () => ({ holdAfter: 10_000 })));
    const onProgress = ({ bytes }: PullProgress): void => void (bytes > 0 && bytes % 10_000 === 0 && hub.cut());
    expect(await cache.pull(REFERENCE, { onProgress })).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(hub.rangesOf(FILE)).toHaveLength(21);
  });

  test('goes on with shorter parts than it asked for', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    const cut = cutAt(HALF);
    hub.trouble({ atMost: 50_000 });
    expect(await cache.pull(REFERENCE, cut)).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(hub.rangesOf(FILE)).toEqual([undefined, `bytes=${HALF}-`, `bytes=${HALF + 50_000}-`]);
  });

  test('is noticed when the server falls silent', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    hub.trouble({ holdAfter: HALF });
    const timing = { silenceMs: 300, firstPauseMs: 1 };
    expect(await cache.pull(REFERENCE, { timing })).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(cache.retries).toEqual(['silent for 0.3 s']);
  });

  test('because a server is busy is tried again', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    hub.trouble({ status: 503 }, { status: 429 });
    expect(await cache.pull(REFERENCE)).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(cache.retries).toEqual(['HTTP 503', 'HTTP 429']);
  });

  test('because the hub asks everybody to wait says so, and nothing of it on stdout', async () => {
    const cache = await createCache();
    const printed = vi.spyOn(process.stdout, 'write');
    onTestFinished(() => printed.mockRestore());
    hub.serve('/v2/user/model/manifests/Q8_0', { content: Buffer.alloc(0), busyForSeconds: 90 });
    const error = await cache.refusal('hf:user/model:Q8_0');
    expect(error).toMatchObject({ code: 'MODEL_UNREACHABLE', exitCode: 69 });
    expect(error.message).toMatch(/`127\.0\.0\.1:\d+` \(HTTP 429\); check the network/);
    expect(cache.retries).toEqual(['HTTP 429', 'HTTP 429']);
    expect(printed).not.toHaveBeenCalled();
  });

  test('because the hub never says where the file is, is given up', async () => {
    const cache = await createCache();
    hub.serve('/v2/user/model/manifests/Q8_0', { content: Buffer.alloc(0), silent: true });
    const timing = { silenceMs: 300, firstPauseMs: 1 };
    const error = await cache.refusal('hf:user/model:Q8_0', { timing });
    expect(error).toMatchObject({ code: 'MODEL_UNREACHABLE', exitCode: 69 });
    expect(error.message).toContain('(silent for 0.3 s)');
  });

  test('while the hub is asked, can be stopped', async () => {
    const cache = await createCache();
    hub.serve('/v2/user/model/manifests/Q8_0', { content: Buffer.alloc(0), busyForSeconds: 90 });
    const controller = new AbortController();
    const listener = {
      onProgress: () => undefined,
      onRetry: () => controller.abort(new Error('enough')),
      onWait: () => undefined,
    };
    const error = await cache.refusal('hf:user/model:Q8_0', { signal: controller.signal, listener });
    expect(error).toMatchObject({ code: 'INCOMPLETE', exitCode: 4 });
    expect(await cache.contents()).toEqual([]);
  });

  test('before it begins says that nobody answers', async () => {
    const cache = await createCache();
    const { url } = hub;
    await hub[Symbol.asyncDispose]();
    for (const reference of [REFERENCE, 'hf:user/model:Q8_0', `${url}/model.gguf`]) {
      const error = await cache.refusal(reference);
      expect(error).toMatchObject({ code: 'MODEL_UNREACHABLE', exitCode: 69 });
      expect(error.message).toMatch(/`127\.0\.0\.1:\d+` \((ECONNREFUSED|no answer)\); check the network/);
    }
    hub = await startModelHub();
  });

  test('when it is stopped says so, keeps what came and goes on', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    const controller = new AbortController();
    hub.trouble({ holdAfter: HALF });
    const error = await cache.refusal(REFERENCE, {
      signal: controller.signal,
      onProgress: ({ bytes }) => void (bytes >= HALF && controller.abort(new Error('enough'))),
    });
    expect(error).toMatchObject({ code: 'INCOMPLETE', exitCode: 4 });
    expect(error.message).toContain('the same command goes on from there');
    expect(await cache.pull(REFERENCE)).toMatchObject({ sha256: sha256Of(MODEL) });
    expect(hub.rangesOf(FILE)).toEqual([undefined, `bytes=${HALF}-`]);
  });

  test('for want of space is refused before it begins', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    hub.trouble({ claims: 1e17 });
    const error = await cache.refusal(REFERENCE);
    expect(error).toMatchObject({ code: 'IO', exitCode: 74 });
    expect(error.message).toMatch(/^There is no space for `.*model-Q8_0\.gguf`: \d+ MB are needed, \d+ MB are free/);
  });
});

describe('a model with a pin', () => {
  test('is refused and not kept when its hash is another one', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', OTHER);
    const error = await cache.refusal(`${REFERENCE}#sha256=${sha256Of(MODEL)}`);
    expect(error).toMatchObject({ code: 'MODEL_INVALID', exitCode: 78 });
    for (const sha256 of [sha256Of(MODEL), sha256Of(OTHER)]) expect(error.message).toContain(`\`${sha256}\``);
    expect(await cache.contents()).toEqual([]);
    expect(await cache.refusal(REFERENCE, { offline: true })).toMatchObject({ code: 'MODEL_INVALID' });
  });

  test('that is not the one in the cache replaces it, unless that is offline or refused', async () => {
    const cache = await createCache();
    hub.serveModel('user/model', 'model-Q8_0.gguf', OTHER);
    await cache.pull(REFERENCE);
    const pinned = `${REFERENCE}#sha256=${sha256Of(MODEL)}`;
    expect((await cache.refusal(pinned, { offline: true })).message).toContain('with this hash');
    await cache.refusal(pinned);
    expect(await cache.pull(REFERENCE, { offline: true })).toMatchObject({ sha256: sha256Of(OTHER) });
    hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
    expect(await cache.pull(pinned)).toMatchObject({ sha256: sha256Of(MODEL), pulled: true });
    expect(await cache.pull(REFERENCE, { offline: true })).toMatchObject({ sha256: sha256Of(MODEL) });
    expect((await cache.contents()).sort()).toEqual(['model-Q8_0.gguf', 'model.json']);
  });
});

test('what is no GGUF file is refused and not kept', async () => {
  const cache = await createCache();
  const damaged = MODEL.subarray(0, 40);
  for (const content of [Buffer.from('<html>Please log in</html>'), Buffer.alloc(0), damaged]) {
    hub.serveModel('user/model', 'model-Q8_0.gguf', content);
    const error = await cache.refusal(REFERENCE);
    expect(error).toMatchObject({ code: 'MODEL_INVALID' });
    expect(error.message).toContain(`\`${REFERENCE}\` is no readable GGUF file`);
  }
  expect(await cache.contents()).toEqual([]);
});

test('a file that ends before its last matrix is refused and not kept', async () => {
  const cache = await createCache();
  const demo = await readFile(join(packageRoot(), 'models/demo.gguf'));
  hub.serveModel('user/model', 'model-Q8_0.gguf', demo.subarray(0, demo.length / 2));
  const error = await cache.refusal(REFERENCE);
  expect(error).toMatchObject({ code: 'MODEL_INVALID' });
  expect(error.message).toContain('is cut short');
  expect(await cache.contents()).toEqual([]);
  hub.serveModel('user/model', 'model-Q8_0.gguf', demo);
  expect(await cache.pull(REFERENCE)).toMatchObject({ sha256: sha256Of(demo) });
});

test('of several that pull at once one downloads, and the others wait for it', async () => {
  const cache = await createCache();
  hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
  hub.trouble({ holdAfter: HALF });
  const models = await Promise.all(
    Array.from({ length: 5 }, () =>
      cache.pull(REFERENCE, { onProgress: () => void (cache.waits() === 4 && hub.cut()) }),
    ),
  );
  expect(models.filter(({ pulled }) => pulled)).toHaveLength(1);
  expect(new Set(models.map(({ sha256 }) => sha256))).toEqual(new Set([sha256Of(MODEL)]));
});

test('a model in the cache that was damaged counts as it came until it is verified, and then comes anew', async () => {
  const cache = await createCache();
  hub.serveModel('user/model', 'model-Q8_0.gguf', MODEL);
  const { path } = await cache.pull(REFERENCE);
  await writeFile(path, Buffer.from(MODEL).fill(1, 1000, 1001));
  expect(await cache.pull(REFERENCE)).toMatchObject({ pulled: false });
  expect(await cache.pull(REFERENCE, { verify: true })).toMatchObject({ pulled: true });
  expect((await readFile(path)).equals(MODEL)).toBe(true);
  await writeFile(path, Buffer.alloc(MODEL.length, 'no GGUF file'));
  expect(await cache.pull(REFERENCE, { verify: true })).toMatchObject({ pulled: true });
  await writeFile(path, Buffer.alloc(MODEL.length, 'no GGUF file'));
  const offline = await cache.refusal(REFERENCE, { verify: true, offline: true });
  expect(offline.message).toContain('is damaged');
  await cache.pull(REFERENCE, { verify: true });
  await writeFile(path, 'GGUF');
  expect(await cache.pull(REFERENCE)).toMatchObject({ pulled: true });
  await writeFile(join(dirname(path), 'model.json'), '{"model":');
  expect(await cache.pull(REFERENCE)).toMatchObject({ pulled: true });
});
