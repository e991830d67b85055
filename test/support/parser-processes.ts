import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Whether this system tells about processes in `/proc`. */
export const tellsProcesses = existsSync('/proc/self/status');

export type ParserProcess = { readonly pid: number; readonly peakMb: number };

/** The parsing processes of a process, of this one if none is named. */
export function parserProcesses(parent = process.pid): ParserProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'latin1');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        const number = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1]);
        const own = number('PPid') === parent && command.includes('parser-process');
        return own ? [{ pid: Number(pid), peakMb: number('VmHWM') / 1024 }] : [];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}
