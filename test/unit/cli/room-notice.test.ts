import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRoomNotice, roomNotice } from '../../../src/cli/room-notice.ts';
import { createFastFiles } from '../../support/fast-files.ts';

test('a disk that may not hold the results of a run is told before anything is answered [O10]', async () => {
  expect(roomNotice({ documents: 15_000, aliases: 5_000 }, 'out', 19_999_999)).toBe(
    'The disk of `out` has 20.0 MB left, and the results of 20,000 documents take 20.0 MB or more: workers wait when it is full.',
  );
  expect(roomNotice({ documents: 15_000, aliases: 5_000 }, 'out', 20_000_000)).toBeNull();
});

test('the room of a real directory is looked up, that of object storage is nobody’s guess', async () => {
  await using files = await createFastFiles();
  expect(await readRoomNotice({ documents: 1, aliases: 0 }, files.directory)).toBeNull();
  expect(await readRoomNotice({ documents: 1e15, aliases: 0 }, files.directory)).toContain(
    'workers wait when it is full.',
  );
  expect(await readRoomNotice({ documents: 1e15, aliases: 0 }, 's3://runs')).toBeNull();
  expect(await readRoomNotice({ documents: 1e15, aliases: 0 }, join(files.directory, 'gone'))).toBeNull();
});
