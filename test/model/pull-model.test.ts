import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { sha256Of } from '../../src/sha256.ts';
import { type ModelHub, startModelHub } from '../support/model-hub.ts';
import { splitGguf } from '../support/split-gguf.ts';
import { type Program, startProgram } from '../support/start-program.ts';
import { waitUntil } from '../support/wait-until.ts';
import { DOCMILL, createWorkplace } from '../support/workplace.ts';

const FILE = '/user/demo/resolve/main/demo-Q8_0.gguf';
const REFERENCE = 'hf:user/demo:Q8_0';
const EXAMPLES = join(import.meta.dirname, '../../examples/tickets');

let hub: ModelHub;
let demo: Buffer;

beforeAll(async () => {
  demo = await readFile(join(import.meta.dirname, '../../models/demo.gguf'));
});

beforeEach(async () => {
  hub = await startModelHub();
  hub.serveManifest('user/demo', 'Q8_0', 'demo-Q8_0.gguf');
  hub.serveModel('user/demo', 'demo-Q8_0.gguf', demo);
  return () => hub[Symbol.asyncDispose]();
});

async function aPlace() {
  const place = await createWorkplace({ HF_ENDPOINT: hub.url });
  onTestFinished(() => place.close());
  const cache = place.path('.cache', 'docmill', 'models');
  /** Starts a pull, and waits until this many bytes of it have arrived; the connection stays open. */
  const pullUntil = async (bytes: number): Promise<Program> => {
    hub.trouble({ holdAfter: bytes });
    const pull = place.start(['models', 'pull', REFERENCE]);
    onTestFinished(() => pull[Symbol.asyncDispose]());
    await waitUntil('half of it is there', async () => (await arrived(cache)) === bytes);
    return pull;
  };
  return { ...place, cache, pullUntil };
}

async function arrived(cache: string): Promise<number> {
  const names = await readdir(cache, { recursive: true }).catch(() => []);
  const unfinished = names.find((name) => name.endsWith('new/demo-Q8_0.gguf'));
  return unfinished === undefined ? 0 : (await stat(join(cache, unfinished))).size;
}

test('a pull that is interrupted says so and exits 4, and the next one goes on where it stopped', async () => {
  const place = await aPlace();
  const pull = await place.pullUntil(2_000_000);
  pull.kill('SIGINT');
  const stopped = await pull.finished;
  expect(stopped).toMatchObject({ code: 4, stdout: '' });
  expect(stopped.stderr).toMatch(/docmill: Stopped before model `hf:user\/demo:Q8_0` was whole; what came is kept/);
  const again = await place.docmill(['models', 'pull', REFERENCE, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({
    sha256: sha256Of(demo),
    quantization: 'Q8_0',
    architecture: 'gemma3',
  });
  expect(again.stderr).toContain('Downloading demo-Q8_0.gguf: 2.0 MB/4.6 MB (43 %)');
  expect(hub.rangesOf(FILE)).toEqual([undefined, 'bytes=2000000-']);
});

test('a pull that was killed is gone on with, and its lock is free', async () => {
  const place = await aPlace();
  const pull = await place.pullUntil(1_000_000);
  pull.kill('SIGKILL');
  await pull.finished;
  const again = await place.docmill(['models', 'pull', REFERENCE, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ sha256: sha256Of(demo) });
  expect(hub.rangesOf(FILE)).toEqual([undefined, 'bytes=1000000-']);
});

test('of two processes that pull at once one waits for the other', async () => {
  const place = await aPlace();
  const first = await place.pullUntil(3_000_000);
  await using second = place.start(['models', 'pull', REFERENCE, '--json']);
  await second.untilSaid('Another process downloads this model; waiting for it.');
  hub.cut();
  expect(await first.finished).toMatchObject({ code: 0 });
  const { stdout } = await second.finished;
  expect(JSON.parse(stdout)).toMatchObject({ sha256: sha256Of(demo), pulled: false });
  expect(hub.rangesOf(FILE)).toEqual([undefined, 'bytes=3000000-']);
});

test('a disk that gets full on the way is said in one sentence, and what came is kept', async () => {
  const place = await aPlace();
  // No file may be larger than 2000 blocks of 1024 bytes, which a write is told like a full disk once the signal is caught.
  const limited = ['-c', 'ulimit -f 2000; exec "$@"', 'bash', process.execPath, DOCMILL, 'models', 'pull', REFERENCE];
  const env = { ...place.environment, NODE_OPTIONS: "--import=data:text/javascript,process.on('SIGXFSZ',()=>{})" };
  await using pull = startProgram('bash', limited, { cwd: place.directory, env });
  const { code, stderr } = await pull.finished;
  expect(stderr).toMatch(
    /\ndocmill: There is no space for `.*` \(EFBIG\); free some, .* the same command goes on[^\n]*\.\n$/,
  );
  expect(code).toBe(74);
  expect(await place.docmill(['models', 'pull', REFERENCE])).toMatchObject({ code: 0 });
  expect(hub.rangesOf(FILE)).toEqual([undefined, 'bytes=2048000-']);
});

test('a split model from the hub answers as the whole one does', async () => {
  const place = await aPlace();
  const parts = splitGguf(demo, 3);
  hub.serveManifest('user/split', 'Q8_0', 'demo-00001-of-00003.gguf');
  for (const [index, part] of parts.entries())
    hub.serveModel('user/split', `demo-0000${index + 1}-of-00003.gguf`, part);
  const [document = ''] = await readdir(EXAMPLES);
  const inspect = async (model: string): Promise<unknown> => {
    const args = ['inspect', join(EXAMPLES, document), '--task', 'ticket', '--model', model, '--json'];
    const { stdout, stderr } = await place.docmill(args);
    if (stdout === '') throw new Error(stderr);
    return { ...JSON.parse(stdout), seconds: 0 };
  };
  expect(await inspect('hf:user/split:Q8_0')).toEqual(await inspect(REFERENCE));
});

test('a run takes its model from a URL, and from the cache the next time', async () => {
  const place = await aPlace();
  const model = `${hub.url}${FILE}#sha256=${sha256Of(demo)}`;
  const run = ['run', '--input', EXAMPLES, '--limit', '3', '--task', 'ticket', '--workers', '2', '--model', model];
  const first = await place.docmill([...run, '--run', 'one']);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('Complete: 3 ok')]);
  const record: unknown = JSON.parse(await readFile(place.path('out', 'one', 'run.json'), 'utf8'));
  expect(record).toMatchObject({ model: { name: 'demo-Q8_0.gguf', sha256: sha256Of(demo) } });
  const second = await place.docmill([...run, '--run', 'two'], { DOCMILL_OFFLINE: 'true' });
  expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('Complete: 3 ok')]);
  expect(hub.rangesOf(FILE)).toEqual([undefined]);
});
