import type { Ledger, Workplace } from '../support/workplace.ts';

/** What is checked, by the name that is printed. */
export const CHECKS = {
  verify: 'verify',
  bytes: 'bytes are those of the calm run',
  followed: 'bytes of the follower are the same',
  lost: 'no document lost',
  doubled: 'no document twice',
  torn: 'no line torn',
  exits: 'stopped workers exit 0',
  died: 'no worker died by itself',
} as const;

export type Check = { readonly name: string; readonly passed: boolean; readonly says: string };

/** What must hold after any disturbance: nothing lost, nothing twice, nothing torn, not one byte different. */
export async function checkRun(
  place: Workplace,
  disturbed: {
    readonly run: string;
    readonly ledger: Ledger;
    readonly calm: string;
    readonly followed: string;
    readonly files: number;
    readonly exitCodes: readonly (number | string | null)[];
    readonly died: readonly string[];
  },
): Promise<Check[]> {
  const { run, ledger, calm, followed, files, exitCodes, died } = disturbed;
  // A run that could not be completed has none.
  const results = await ledger.results().catch(() => '');
  const verified = await place.docmill(['verify', run]);
  const lines = results.split('\n').slice(0, -1);
  const ids = lines.map(idOf);
  const torn = ids.filter((id) => id === null).length + (results.endsWith('\n') ? 0 : 1);
  const distinct = new Set(ids).size;
  const wrongExits = exitCodes.filter((code) => code !== 0);
  const check = (name: string, passed: boolean, says: string): Check => ({ name, passed, says });
  return [
    check(CHECKS.verify, verified.code === 0, `exit ${String(verified.code)}, ${verified.stdout.trim()}`),
    check(CHECKS.bytes, results === calm, `${results.length} of ${calm.length} characters`),
    check(CHECKS.followed, followed === results, `${followed.length} characters`),
    check(CHECKS.lost, distinct === files, `${distinct} of ${files} ids`),
    check(CHECKS.doubled, ids.length === distinct, `${ids.length - distinct} lines too many`),
    check(CHECKS.torn, torn === 0, `${torn} torn`),
    check(CHECKS.exits, wrongExits.length === 0, wrongExits.join(', ') || `${exitCodes.length} workers`),
    check(CHECKS.died, died.length === 0, [`${died.length} died`, ...died].join('\n')),
  ];
}

function idOf(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : null;
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
