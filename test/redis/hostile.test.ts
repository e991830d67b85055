import { readFile, readdir, stat, symlink, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type PlannedDocument, planLineSchema } from '../../schemas/plan.ts';
import { runSchema } from '../../schemas/run.ts';
import { indexPlan } from '../../src/ledger/plan-file.ts';
import { sha256Of } from '../../src/sha256.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { filesUnder } from '../support/files-under.ts';
import { createOwnRedis, redisServer } from '../support/own-redis.ts';
import { parseLines } from '../support/parse-lines.ts';
import { test } from '../support/place-test.ts';
import { findProcesses, listeningSockets } from '../support/processes.ts';
import { addForeignJob, countJobs } from '../support/queue.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type Workplace, calmResults, ledgerOf } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];

async function readRun(place: Workplace) {
  return runSchema.parse(JSON.parse(await readFile(ledgerOf(place, 'demo').within('run.json'), 'utf8')));
}

describe('whoever can write to the queue', () => {
  test.concurrent('gains no file and stops no run by any job [S7]', async ({ place }) => {
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    const before = await filesUnder(place.directory);
    expect((await place.docmill([...ENQUEUE, '--deadline', '0s', '--wait'])).code).toBe(4);
    const { runId } = await readRun(place);
    const job = { v: 1, runId, round: 1, shard: 0 };
    const forged: readonly unknown[] = [
      { ...job, runId: '../../../../etc/passwd' },
      { ...job, runId: `${runId}/../other` },
      { ...job, runId: { $ne: null } },
      { ...job, shard: '0; touch /tmp/owned' },
      { ...job, shard: -1 },
      { ...job, shard: 0.5 },
      { ...job, shard: 1e300 },
      { ...job, round: 0 },
      { ...job, task: './evil.mjs' },
      { ...job, v: 0 },
      { ...job, v: 'now' },
      JSON.parse(`{"__proto__":{"v":1,"runId":"${runId}","round":1,"shard":0}}`),
      [job],
      'x'.repeat(1_000_000),
      JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`),
      null,
    ];
    for (const [number, data] of forged.entries()) await addForeignJob(place, data, `forged-${number}`);
    // These have the form of a job, and no plan has their shard.
    await addForeignJob(place, { ...job, shard: 3 }, 'forged-shard');
    await addForeignJob(place, { ...job, shard: 99_999_999 }, 'forged-last-shard');
    await addForeignJob(place, { ...job, round: 9_999 }, 'forged-round');
    expect((await place.docmill(['resume', 'demo'])).code).toBe(0);
    await using worker = await place.worker();
    await ledgerOf(place, 'demo').untilComplete();
    await waitUntil('every forged job is gone or failed', async () => {
      const { waiting, active, delayed } = await countJobs(place);
      return waiting + active + delayed === 0;
    });
    expect(await countJobs(place)).toMatchObject({ failed: forged.length });
    expect(worker.stderr().split('job of no planned shard dropped')).toHaveLength(3);
    expect(await ledgerOf(place, 'demo').results()).toBe(calm);
    const made = (await filesUnder(place.directory)).filter((file) => !before.includes(file));
    expect(made.filter((file) => !/^(out\/(demo|\.workers)|tmp|appendonlydir)\//.test(file))).toEqual([]);
  });
});

describe('whoever can write to a run directory', () => {
  test.concurrent('reads no file outside of the roots through a worker [S7] [F13]', async ({ place }) => {
    const secret = 'canary-outside-of-the-root';
    await writeDocuments(place.path('docs'), 1);
    await mkdir(place.path('secret'));
    await writeFile(place.path('secret', 'file.txt'), secret);
    await symlink(place.path('secret'), place.path('docs', 'link'));
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    const paths = ['../secret/file.txt', '%2e%2e/secret/file.txt', 'link/file.txt', place.path('secret', 'file.txt')];
    await forgePlan(place, paths, sha256Of(secret));
    await using worker = await place.worker(0, [], { DOCMILL_LOG_LEVEL: 'trace' });
    await ledgerOf(place, 'demo').untilParts(1);
    worker.kill('SIGTERM');
    const { stderr } = await worker.finished;
    const part = await readFile(ledgerOf(place, 'demo').within('parts', '1-000000.jsonl'), 'utf8');
    const lines = parseLines(part);
    expect(lines.map(({ id }) => id)).toEqual(paths.map((_, index) => `forged-${index}`));
    // What is escaped in no plan of ours is a name like any other, of a file that is not there.
    const codes = lines.map((line) => (line.status === 'ok' ? 'ok' : line.error.code));
    expect(codes).toEqual(['UNREADABLE', 'VANISHED', 'UNREADABLE', 'UNREADABLE']);
    expect(part + stderr).not.toContain(secret);
  });

  test.concurrent('makes a worker run no code of a task [S7]', async ({ place }) => {
    await writeDocuments(place.path('docs'), 1);
    const calm = await calmResults(place, DOCUMENTS);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    const evil = place.path('evil.mjs');
    await writeFile(
      evil,
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(place.path('owned'))}, '');\n`,
    );
    const run = await readRun(place);
    const write = (changes: object) =>
      writeFile(ledgerOf(place, 'demo').within('run.json'), JSON.stringify({ ...run, ...changes }));
    await write({ task: evil });
    await using worker = await place.worker();
    await worker.untilSaid('job of unknown run put back');
    for (const task of [
      { ...run.task, module: evil },
      { ...run.task, output: { $ref: `file://${evil}` } },
    ]) {
      await write({ task });
      for (const command of ['status', 'resume', 'verify']) await place.docmill([command, 'demo']);
    }
    await write({});
    await ledgerOf(place, 'demo').untilComplete();
    expect(await ledgerOf(place, 'demo').results()).toBe(calm);
    expect(await readdir(place.directory)).not.toContain('owned');
    expect(worker.child.exitCode).toBeNull();
  });
});

/** Replaces the plan of one shard by another one with an index that fits it. */
async function forgePlan(place: Workplace, paths: readonly string[], sha256: string): Promise<void> {
  const { within } = ledgerOf(place, 'demo');
  const documents = paths.map((path, index) => ({ id: `forged-${index}`, source: { root: 'docs', path }, sha256 }));
  const line = planLineSchema.parse({ round: 1, shard: 0, documents }) satisfies { documents: PlannedDocument[] };
  await writeFile(within('plan.jsonl'), `${JSON.stringify(line)}\n`);
  await writeFile(within('plan.idx'), (await indexPlan(within('plan.jsonl'))).index);
}

describe.skipIf(process.platform !== 'linux')('while `run` works', () => {
  test.concurrent('nothing of it listens on the network, and nobody else reads its queue or writes its files [S4] [S19]', async ({
    place,
  }) => {
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    await using run = place.start(
      ['run', ...DOCUMENTS.slice(0, -1), 'stub:delay=200', '--run', 'demo', '--workers', '1'],
      {
        DOCMILL_QUEUE_ENDPOINT: '',
        REDIS_URL: '',
      },
    );
    await waitUntil('a part is there', async () =>
      (await filesUnder(place.path('out'))).some((file) => file.includes('/parts/1-')),
    );
    const processes = await findProcesses(place.directory);
    expect(processes.length).toBeGreaterThanOrEqual(3);
    expect(await Promise.all(processes.map(({ pid }) => listeningSockets(pid)))).toEqual(processes.map(() => []));
    const modes = await modesUnder(place.path('out'));
    expect(modes.filter(({ mode }) => (mode & 0o002) !== 0)).toEqual([]);
    const queue = modes.filter(({ path }) => path.startsWith('.queue/'));
    expect(queue.find(({ path }) => path.endsWith('endpoint.json'))?.mode).toBe(0o600);
    expect(queue.filter(({ path }) => /^\.queue\/[^/]+$/.test(path)).map(({ mode }) => mode)).toEqual([0o700]);
    expect(modes.filter(({ path }) => /\/parts\/1-/.test(path)).every(({ mode }) => mode === 0o444)).toBe(true);
    expect((await run.finished).code).toBe(0);
  });
});

/** Every file and directory under one, with its permissions; what goes meanwhile is left out. */
async function modesUnder(directory: string): Promise<{ path: string; mode: number }[]> {
  const names = await readdir(directory, { recursive: true });
  const all = names.map(async (path) => {
    const stats = await stat(join(directory, path)).catch(() => null);
    return stats === null ? [] : [{ path, mode: stats.mode & 0o777 }];
  });
  return (await Promise.all(all)).flat();
}

describe.skipIf(redisServer === null)('secrets', () => {
  test.concurrent('the password of Redis stands in no output, log or file, also when Redis goes away [S8]', async ({
    place,
  }) => {
    const secret = 'p4ss/w0rd@canary';
    await using redis = await createOwnRedis(place.path('tmp'), secret);
    await redis.start();
    const queue = {
      REDIS_URL: redis.url,
      DOCMILL_QUEUE_ENDPOINT: '',
      DOCMILL_LOG_LEVEL: 'trace',
      DOCMILL_MODEL: 'stub:',
    };
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    await using worker = await place.worker(50, [], queue);
    const said: string[] = [];
    const commands = [[...ENQUEUE, '--wait', '--debug'], ['status', 'demo', '--json'], ['doctor'], ['verify', 'demo']];
    for (const command of commands) {
      const { stdout, stderr } = await place.docmill(command, queue);
      said.push(stdout, stderr);
    }
    expect(said.join('')).toContain('Complete');
    await redis.kill();
    await worker.untilSaid('queue unreachable, waiting');
    const refused = await place.docmill([...ENQUEUE, '--debug'], queue);
    expect(refused.code).toBe(69);
    worker.kill('SIGTERM');
    said.push(refused.stdout, refused.stderr, (await worker.finished).stderr);
    for (const file of await filesUnder(place.path('out')))
      said.push(await readFile(place.path('out', file), 'latin1'));
    for (const form of [secret, encodeURIComponent(secret), 'p4ss', 'canary']) {
      expect(said.filter((text) => text.includes(form))).toEqual([]);
    }
  });
});
