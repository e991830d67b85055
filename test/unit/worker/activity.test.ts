import { expect, test } from 'vitest';
import { readHeartbeats } from '../../../src/ledger/heartbeats.ts';
import { startActivity } from '../../../src/worker/activity.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { anAttempt } from '../../support/heartbeats.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { waitUntil } from '../../support/wait-until.ts';

test('a worker says what it does while it lives, and nothing afterwards', async () => {
  await using files = await createFastFiles();
  const read = async () => (await readHeartbeats(files.directory, Date.now())).map(({ heartbeat }) => heartbeat);
  const { log, messages } = createRecordingLogger();
  {
    await using activity = startActivity({
      out: files.directory,
      model: 'stub:',
      heartbeatMs: 5,
      log,
      onGone: () => undefined,
    });
    activity.start('run/1-0');
    activity.refuse('other', 'It has other settings.');
    await waitUntil('the shard is said', async () => (await read())[0]?.shard === 'run/1-0');
    activity.finish(anAttempt);
    activity.abandon('failed');
    activity.abandon('put-back');
    await waitUntil('the documents are counted', async () => (await read())[0]?.documents === 7);
    expect(await read()).toMatchObject([
      { worker: activity.worker, model: 'stub:', shard: null, shards: 1, refused: { other: 'It has other settings.' } },
    ]);
    expect(activity.say()).toMatchObject({
      documents: 7,
      totals: { attempts: { committed: 1, failed: 1 }, outcomes: anAttempt.outcomes, tokens: anAttempt.tokens },
    });
  }
  expect(await read()).toEqual([]);
  expect(messages()).toEqual([]);
});
