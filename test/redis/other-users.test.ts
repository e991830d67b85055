import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { expect } from 'vitest';
import { writeDocuments } from '../support/documents.ts';
import { createOwnRedis, redisServer } from '../support/own-redis.ts';
import { parseLines } from '../support/parse-lines.ts';
import { test } from '../support/place-test.ts';
import { startProgram } from '../support/start-program.ts';
import { DOCMILL, type Workplace, ledgerOf } from '../support/workplace.ts';

const WORKING_USER = 65_534;
const READING_USER = 65_533;

function startAs(uid: number, place: Workplace, args: readonly string[]) {
  const { directory, environment } = place;
  return startProgram(process.execPath, [DOCMILL, ...args], { cwd: directory, env: environment, uid, gid: uid });
}

test.skipIf(redisServer === null)(
  'documents that a worker may not read fail as UNREADABLE, and another user reads its results [F14] [D16]',
  async ({ place, skip }) => {
    const reached = spawnSync(process.execPath, [DOCMILL, '--version'], {
      uid: WORKING_USER,
      gid: WORKING_USER,
      cwd: place.directory,
    });
    skip(reached.status !== 0, 'Programs cannot be started as another user here.');
    await using redis = await createOwnRedis(place.directory);
    await redis.start();
    Object.assign(place.environment, { REDIS_URL: redis.url, DOCMILL_QUEUE_ENDPOINT: '' });
    await writeDocuments(place.path('docs'), 4);
    await chmod(place.path('docs', '00001.txt'), 0o600);
    await mkdir(place.path('out'));
    await chown(place.path('out'), WORKING_USER, WORKING_USER);
    const enqueue = ['enqueue', '--input', 'docs', '--task', 'ticket', '--model', 'stub:', '--run', 'demo'];
    expect((await startAs(WORKING_USER, place, enqueue).finished).code).toBe(0);
    await chmod(place.path('docs', '00002.txt'), 0o600);
    await using _worker = startAs(WORKING_USER, place, ['worker', '--model', 'stub:']);
    await ledgerOf(place, 'demo').untilComplete();
    const results = await startAs(READING_USER, place, ['results', 'demo']).finished;
    expect(results.stdout).toBe(await ledgerOf(place, 'demo').results());
    const outcomes = parseLines(results.stdout).map((line) => (line.status === 'ok' ? 'ok' : line.error.code));
    expect(outcomes).toEqual(['ok', 'UNREADABLE', 'UNREADABLE', 'ok']);
  },
);
