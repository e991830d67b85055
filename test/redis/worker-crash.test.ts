import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Fault } from '../../src/fault-points.ts';
import { writeDocuments } from '../support/documents.ts';
import { withFaults } from '../support/fault-log.ts';
import { makeMemoryGroup } from '../support/memory-group.ts';
import { parseLines } from '../support/parse-lines.ts';
import { test } from '../support/place-test.ts';
import { findProcesses } from '../support/processes.ts';
import { countJobs } from '../support/queue.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type Workplace, calmResults, ledgerOf, untilInWork } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];

/** A machine that is busy takes seconds to start a process, and these tests start many. */
const TIMEOUT = { timeout: 400_000 };

/** More of them take longer: an attempt that failed is made again after a pause that grows to a minute. */
const KILLS = Number(process.env['DOCMILL_TEST_KILLS'] ?? 6);

/** What happens to whoever gives the engine this document. */
function poisoned(id: string, action: string): NodeJS.ProcessEnv {
  const fault: Fault = { point: 'document.asked', path: id, action };
  return withFaults(fault);
}

/** Workers one after another, as a supervisor starts them, until a part is there. */
async function workUntilPart(place: Workplace, parts: number, variables: NodeJS.ProcessEnv) {
  const deaths: (number | string | null)[] = [];
  const ledger = ledgerOf(place, 'demo');
  const logs: string[] = [];
  while ((await ledger.parts()).length < parts) {
    await using worker = await place.worker(0, [], variables);
    const isThere = async () => (await ledger.parts()).length >= parts;
    const ended = worker.finished.then(({ code }) => void deaths.push(code));
    await Promise.race([ended, waitUntil('the part is there', isThere, 300_000)]);
    if (await isThere()) worker.kill('SIGTERM');
    await ended;
    logs.push(worker.stderr());
  }
  return { deaths, log: logs.join('') };
}

test.concurrent(
  'a document whose native code crashes costs two workers, and its neighbours are answered [P12] [M17]',
  TIMEOUT,
  async ({ place }) => {
    await writeDocuments(place.path('docs'), 5);
    await writeFile(place.path('docs', 'poison.jsonl'), '{"text":"one","row":7}\n');
    const documents = [...DOCUMENTS, '--keep', 'row'];
    const calm = parseLines(await calmResults(place, documents));
    expect((await place.docmill(['enqueue', ...documents, '--run', 'demo'])).code).toBe(0);
    const { deaths, log } = await workUntilPart(place, 1, poisoned('poison.jsonl', 'crash'));
    expect(deaths).toEqual(['SIGABRT', 'SIGABRT', 0]);
    expect(log).toContain('document condemned');
    await using _worker = await place.worker();
    await ledgerOf(place, 'demo').untilComplete();
    const lines = parseLines(await ledgerOf(place, 'demo').results());
    const error = { code: 'WORKER_CRASH', message: 'The document ended 3 processes that worked on it alone.' };
    expect(lines).toEqual(
      calm.map((line) =>
        line.id === 'poison.jsonl#1' ? { id: line.id, status: 'failed', error, keep: { row: 7 } } : line,
      ),
    );
  },
);

test.concurrent(
  'any number of kills from outside, of workers and of processes apart, condemns no document [P12] [P13]',
  { timeout: TIMEOUT.timeout + KILLS * 40_000 },
  async ({ place }) => {
    await writeDocuments(place.path('docs'), 2);
    const calm = await calmResults(place, DOCUMENTS);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    let apart = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await using victim = await place.worker(60_000, [], { DOCMILL_LOCK_MS: '500' });
      await untilInWork(place, victim);
      if (kill >= 2) {
        const child = await waitUntil('the shard is answered apart', () => findShardProcess(place));
        if (kill % 2 === 0) {
          process.kill(child, 'SIGKILL');
          await victim.untilSaid('shard attempt failed');
          apart += 1;
        }
      }
      victim.kill('SIGKILL');
      await victim.finished;
      await waitUntil('no process apart outlives its worker', async () => (await findShardProcess(place)) === null);
    }
    expect(apart).toBeGreaterThan(0);
    expect(await countJobs(place)).toMatchObject({ failed: 0 });
    await using worker = await place.worker();
    await ledgerOf(place, 'demo').untilComplete();
    expect(await ledgerOf(place, 'demo').results()).toBe(calm);
    expect(worker.stderr()).toContain('shard answered apart');
  },
);

test.concurrent(
  'a document that takes all memory is condemned, and its neighbours are answered [P11]',
  TIMEOUT,
  async ({ place, skip }) => {
    await using group = await makeMemoryGroup(400);
    skip(group === null, 'Control groups cannot be made here.');
    await writeDocuments(place.path('docs'), 3);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    const variables = { ...poisoned('00001.txt', 'exhaust'), ...group?.variables };
    const { deaths, log } = await workUntilPart(place, 1, variables);
    // Two at least; on a machine that is busy, one that isolates the shard may be ended beside the document.
    expect(deaths.length).toBeGreaterThanOrEqual(3);
    expect(new Set(deaths.slice(0, -1))).toEqual(new Set(['SIGKILL']));
    expect(deaths.at(-1)).toBe(0);
    expect(log).toContain('document condemned');
    await using _worker = await place.worker();
    await ledgerOf(place, 'demo').untilComplete();
    const lines = parseLines(await ledgerOf(place, 'demo').results());
    expect(lines.map(({ status }) => status)).toEqual(['ok', 'failed', 'ok']);
  },
);

async function findShardProcess(place: Workplace): Promise<number | null> {
  const found = await findProcesses(place.directory);
  return found.find(({ command }) => command.includes('shard-process'))?.pid ?? null;
}
