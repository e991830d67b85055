import { expect, test } from 'vitest';
import type { RunState } from '../../schemas/run.ts';
import type { RunPaths } from '../../src/ledger/run-paths.ts';
import { type CurrentState, appendState, readState } from '../../src/ledger/run-state.ts';
import { type Disk, allPowerCuts, folderAt } from './disk.ts';
import { explore } from './explore.ts';
import type { Operation } from './simulated-files.ts';
import { aSimulatedRun } from './simulated-run.ts';
import { createWorld } from './world.ts';

const LOG = '/out/test/state';

const isShared = ({ name, path }: Operation): boolean => path.startsWith(LOG) && name !== 'read';

function entriesOn(disk: Disk): string[] {
  return [...folderAt(disk, LOG).names.keys()].filter((name) => /^\d+$/.test(name)).sort();
}

/** Writes the next entry once the log is as it should be; gives up after that it has looked so often. */
async function append(paths: RunPaths, when: CurrentState['kind'], entry: RunState): Promise<void> {
  for (let looks = 0; looks < 2; looks += 1) {
    const state = await readState(paths);
    if (state.kind === when) return void (await appendState(paths, state, entry));
  }
}

test('an entry of the state log never outlives the one before it, wherever the power is cut [O3] [P20]', async () => {
  const run = await aSimulatedRun([['a']]);
  const { paths } = run.open;
  const at = new Date().toISOString();
  const lengths = new Set<number>();
  await explore({
    shared: [LOG],
    begin: async () => {
      const nobody = { jobs: [], kills: 0, redeliveries: 0, onAcknowledged: () => undefined };
      const world = createWorld({ ...nobody, disk: run.copyDisk(), isShared });
      world.start('canceller', () => append(paths, 'open', { state: 'cancelled', at, reason: 'cancel' }));
      world.start('resumer', () => append(paths, 'cancelled', { state: 'resumed', at }));
      world.start('other-canceller', () => append(paths, 'open', { state: 'cancelled', at, reason: 'deadline' }));
      return world;
    },
    check: (world) => {
      for (const end of world.ended.values()) if (end.startsWith('threw')) throw new Error(end);
      for (const after of allPowerCuts(world.disk, (path) => path === LOG)) {
        const entries = entriesOn(after);
        lengths.add(entries.length);
        if (entries.some((entry, index) => Number(entry) !== index + 1)) throw new Error(`It has ${entries.join()}.`);
      }
    },
    checkEnd: async () => undefined,
  });
  expect(lengths).toEqual(new Set([0, 1, 2, 3]));
});
