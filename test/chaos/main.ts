import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toTable } from '../../src/cli/output.ts';
import type { FaultPoint } from '../../src/fault-points.ts';
import { runSchema } from '../../schemas/run.ts';
import { writeDocuments } from '../support/documents.ts';
import { WAY_OF_A_PART, WAY_TO_A_STORE, readFaultLog, withFaults } from '../support/fault-log.ts';
import { type ObjectStore, objectServer, startObjectStore, storedLedgerOf } from '../support/object-store.ts';
import { createOwnRedis, redisServer } from '../support/own-redis.ts';
import { type Ledger, type Workplace, calmResults, createWorkplace, ledgerOf } from '../support/workplace.ts';
import { waitUntil } from '../support/wait-until.ts';
import { CHECKS, type Check, checkRun } from './check-run.ts';
import { type Done, disturb } from './disturb.ts';
import { type ChaosOptions, readOptions, USAGE } from './options.ts';
import { startProxy } from './proxy.ts';
import { createRandom } from './random.ts';
import { drawSchedule } from './schedule.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { startWorkerPool } from './worker-pool.ts';
import { withWrongCommit } from './wrong-commit.ts';

const RUN = 'disturbed';
const DOCUMENTS = ['--input', 'docs', '--task', 'ticket'];
/** Room for the runs of any number of files that is tried, and for what killed workers leave behind, and soon filled. */
const DISK = { megabytes: 64, inodes: 100_000 };

/** A run under random disturbance must give the bytes of a calm one; exits 1 when anything was lost, doubled or torn. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    say(USAGE);
    return;
  }
  const options = readOptions(process.argv.slice(2));
  if (redisServer === null) {
    process.stdout.write('There is no redis-server on PATH to be killed.\n0 passed, 0 failed, 1 skipped\n');
    return;
  }
  if (options.storeKills !== null && objectServer === null) {
    process.stdout.write('There is no versitygw on PATH to keep runs in.\n0 passed, 0 failed, 1 skipped\n');
    return;
  }
  say(`Seed ${options.seed}: ${options.files} files, ${options.workers} workers.`);
  const place = await createWorkplace({});
  try {
    const { checks, rows } = await disturbedRun(place, options);
    for (const line of toTable(rows)) say(line);
    for (const line of toTable(checks.map(({ name, passed, says }) => [passed ? 'ok' : 'FAILED', name, says])))
      say(line);
    const failed = checks.filter(({ passed }) => !passed).length;
    if (options.wrongCommit) {
      reportWrongCommit(checks);
      return;
    }
    say(`${checks.length - failed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await place.close();
  }
}

/** It has to be seen in the documents, and in none of the workers: no fault but the commit's is taken for it. */
function reportWrongCommit(checks: readonly Check[]): void {
  const failed = new Set(checks.filter(({ passed }) => !passed).map(({ name }) => name));
  const isSeen = [CHECKS.verify, CHECKS.followed, CHECKS.lost, CHECKS.torn].every((name) => failed.has(name));
  const passed = isSeen && !failed.has(CHECKS.died);
  say(`The wrong commit was ${passed ? '' : 'not '}noticed.`);
  say(passed ? '1 passed, 0 failed' : '0 passed, 1 failed');
  if (!passed) process.exitCode = 1;
}

async function disturbedRun(
  place: Workplace,
  options: ChaosOptions,
): Promise<{ checks: readonly Check[]; rows: readonly (readonly string[])[] }> {
  await using redis = await createOwnRedis(place.directory);
  await redis.start();
  await using proxy = await startProxy(redis.port);
  place.environment['REDIS_URL'] = proxy.url;
  // A machine that is busy with dying processes must not lose locks of those that live.
  Object.assign(place.environment, { DOCMILL_LOCK_MS: '5000', DOCMILL_STALLED_CHECK_MS: '1000' });
  await mkdir(place.path('out'));
  await using disk = mountSmallDisk(place.path('out'), DISK);
  await using store = options.storeKills === null ? null : await startObjectStore(place.path('store'));
  if (disk === null) say('No small file system can be mounted here: the disk will not be full.');
  await writeDocuments(place.path('docs'), options.files);
  const calm = await calmResults(place, [...DOCUMENTS, '--model', 'stub:']);
  const out = store === null ? place.path('out') : await keepRunsIn(store, place);
  const delayMs = Math.max(1, Math.round((1000 * options.seconds * options.workers) / options.files));
  const model = `stub:delay=${delayMs}`;
  const enqueued = await place.docmill(['enqueue', ...DOCUMENTS, '--model', model, '--run', RUN]);
  if (enqueued.code !== 0) throw new Error(enqueued.stderr);
  const { shards } = runSchema.parse(JSON.parse(await readFile(join(out, RUN, 'run.json'), 'utf8')));
  const ledger = store === null ? ledgerOf(place, RUN) : storedLedgerOf(out, RUN);
  await using follower = place.start(['results', RUN, '--follow']);
  const log = place.path('arrivals.jsonl');
  const startWorker = (number: number) => place.start(['worker', '--model', model], faultsOf(number, options, log));
  await using pool = startWorkerPool(options.workers, startWorker);
  const startedMs = performance.now();
  const schedule = drawSchedule(options, createRandom(options.seed));
  const done = await disturb(ledger, { shards, schedule }, { pool, redis, proxy, disk, store });
  // A follower that met a damaged part has failed, and the run cannot be completed any more. One that has seen the last
  // line ends well, and the run may still be on its way to be completed.
  const isOver = async () => (await isComplete(ledger)) || (follower.child.exitCode ?? 0) !== 0;
  await waitUntil('the run is complete', isOver, options.wrongCommit ? 300_000 : 1_800_000);
  const seconds = (performance.now() - startedMs) / 1000;
  const followed = (await follower.finished).stdout;
  const exitCodes = await pool.stop();
  const outcome = { run: RUN, ledger, calm, followed, files: options.files, exitCodes, died: pool.died() };
  return {
    checks: await checkRun(place, outcome),
    rows: [
      ...toRows(done, { shards, delayMs, seconds, refused: pool.refused() }),
      ...(await instantRows(log, wayOf(options))),
    ],
  };
}

/** The first workers kill themselves, each at the instant whose turn it is. */
function faultsOf(number: number, options: ChaosOptions, log: string): NodeJS.ProcessEnv {
  const way = wayOf(options);
  const point = way[number % way.length];
  const commit = options.wrongCommit ? withWrongCommit() : {};
  if (number >= options.instants || point === undefined) return commit;
  const path = point === 'job.acknowledged' ? '' : '/parts/';
  return { ...commit, DOCMILL_FAULT_LOG: log, ...withFaults({ point, path, action: 'kill' }) };
}

function wayOf({ storeKills }: ChaosOptions): readonly FaultPoint[] {
  return storeKills === null ? WAY_OF_A_PART : WAY_TO_A_STORE;
}

/** Every command from now on keeps its runs in the store; the directory where they are. */
async function keepRunsIn(store: ObjectStore, place: Workplace): Promise<string> {
  Object.assign(place.environment, { ...store.environment, DOCMILL_OUT: 's3://runs/chaos' });
  return join(await store.makeBucket('runs'), 'chaos');
}

async function instantRows(log: string, way: readonly FaultPoint[]): Promise<string[][]> {
  const arrivals = await readFaultLog(log).catch(() => []);
  const deaths = arrivals.filter(({ action }) => action === 'kill').map(({ point }) => point);
  return way.map((point) => [`died at ${point}`, `${deaths.filter((death) => death === point).length}`]);
}

async function isComplete(ledger: Ledger): Promise<boolean> {
  return (await ledger.states()).some((name) => name.endsWith('-complete'));
}

type Figures = Readonly<Record<'shards' | 'delayMs' | 'seconds' | 'refused', number>>;

function toRows(done: Done, { shards, delayMs, seconds, refused }: Figures): string[][] {
  return [
    ['shards', `${shards}, ${delayMs} ms a document`],
    ['workers killed', `${done['kill-worker']}`],
    ['workers frozen past their lock', `${done['freeze-worker']}`],
    ['Redis killed and started again', `${done['kill-redis']}`],
    ['Redis frozen', `${done['freeze-redis']}`],
    ['connections reset', `${done.reset}`],
    ['connections silent for 17 s', `${done.silence}`],
    ['queue emptied', `${done.flush}`],
    ['disk full for 3 s', `${done['full-disk']}`],
    ['a worker more and one less', `${done.scale}`],
    ['object storage away for 6 s', `${done['kill-store']}`],
    ['attempts at a shard that was complete', `${refused}`],
    ['seconds', seconds.toFixed(1)],
  ];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
