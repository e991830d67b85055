import { access, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from './wait-until.ts';

export type MemoryGroup = AsyncDisposable & {
  /** Variables that make a Node process, and all that it starts, members of the group. */
  readonly variables: NodeJS.ProcessEnv;
};

/** Both versions of control groups: where groups are made, and the file of a group's limit. */
const VERSIONS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max' },
] as const;

/** A control group whose processes may take so much memory together; null where this process may not make one. */
export async function makeMemoryGroup(megabytes: number): Promise<MemoryGroup | null> {
  for (const { root, limit } of VERSIONS) {
    const group = join(root, `docmill-test-${process.pid}`);
    try {
      await mkdir(group);
    } catch {
      continue;
    }
    try {
      // Writing makes no file here: without the controller there is none.
      await access(join(group, limit));
      await writeFile(join(group, limit), String(megabytes * 1024 * 1024));
    } catch {
      await rmdir(group);
      continue;
    }
    const enter = `import{writeFileSync}from'node:fs';writeFileSync('${join(group, 'cgroup.procs')}',String(process.pid))`;
    return {
      variables: { NODE_OPTIONS: `--import data:text/javascript,${enter}` },
      [Symbol.asyncDispose]: () =>
        waitUntil('nobody is in the group', () =>
          rmdir(group).then(
            () => true,
            () => false,
          ),
        ).then(() => undefined),
    };
  }
  return null;
}
