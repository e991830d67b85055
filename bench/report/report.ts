import { ANSWER_ALONE } from '../sides/side.ts';
import type { Machine } from '../machine.ts';
import type { Needs, Rates } from '../../src/bench/limit.ts';
import type { TimeShares } from '../sides/time-native.ts';
import type { Timing } from '../sides/stopwatch.ts';
import type { Quality } from './judge-answers.ts';

/** What one side did in one round, without its answers. */
export type Round = Timing & {
  readonly documents: number;
  readonly answerTokens: number;
  readonly peakMemoryBytes: number | null;
  /** Share of the answers that are docmill's on the same model, as JSON values. */
  readonly agreement: number;
} & Quality;

/** All rounds of one experiment: every side, and the limit beside them. */
export type Result = {
  readonly model: string;
  readonly workload: string;
  readonly says: string;
  readonly needs: Needs;
  /** Where docmill's time goes, measured once before the rounds. */
  readonly shares: TimeShares | null;
  readonly sides: Record<string, Round[]>;
  readonly limits: Rates[];
};

/** Whether peers were measured beside docmill, and not docmill alone or with one of them. */
export function isCompared({ sides }: Result): boolean {
  return Object.keys(sides).filter((side) => side !== 'docmill' && side !== ANSWER_ALONE).length > 1;
}

/** Everything that was measured: what `throughput.json` holds. */
export type Report = {
  readonly date: string;
  readonly machine: Machine;
  readonly core: number | null;
  readonly models: Record<string, { readonly bytes: number; readonly sha256: string }>;
  readonly results: Result[];
};
