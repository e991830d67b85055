import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countMemoryKills } from '../../../../src/worker/apart/count-memory-kills.ts';

/** What is counted where these files are all that the kernel shows. */
async function countIn(files: Readonly<Record<string, string>>): Promise<number | null> {
  const root = await mkdtemp(join(tmpdir(), 'dm-groups-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return countMemoryKills(join(root, 'groups'), root);
}

const EVENTS = 'low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 0\n';
const CONTROL = 'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n';

test('kills are counted in the group of the process', async () => {
  expect(await countIn({ groups: '0::/a/b\n', 'a/b/memory.events': EVENTS, 'memory.events': 'oom_kill 9\n' })).toBe(2);
});

test('within a container, the root of what is mounted is the group', async () => {
  expect(await countIn({ groups: '0::/not/mounted/here\n', 'memory.events': EVENTS })).toBe(2);
});

test('control groups of version 1 are read too, also where version 2 is there without memory', async () => {
  const groups = '12:pids:/a\n4:cpu,memory:/a\n0::/\n';
  expect(await countIn({ groups, 'memory/a/memory.oom_control': CONTROL })).toBe(5);
});

test('where nobody counts, nothing is claimed', async () => {
  expect(await countIn({ groups: '3:pids:/a\n' })).toBeNull();
  expect(await countMemoryKills('/nowhere/groups', '/nowhere')).toBeNull();
});
