import { execFileSync, spawnSync } from 'node:child_process';

/** Whether limits of other processes can be set here. */
export const hasProcessLimits = spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0;

/** Sets a soft limit of a running process, such as `fsize` or `nofile`; gives back what lifts it again. */
export function limitProcess(pid: number, resource: string, soft: number): () => void {
  const set = (value: string): void => void prlimit(pid, `--${resource}=${value}:`);
  const before = prlimit(pid, `--${resource}`, '--output=SOFT', '--noheadings');
  set(String(soft));
  return () => set(before);
}

function prlimit(pid: number, ...args: readonly string[]): string {
  return execFileSync('prlimit', ['--pid', String(pid), ...args], { encoding: 'utf8' }).trim();
}
