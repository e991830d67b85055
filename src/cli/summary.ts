import type { Finalization } from '../ledger/finalize-run.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { sumOf } from '../ledger/count-outcomes.ts';
import { formatDuration, formatRate } from '../format.ts';
import { formatOutcomes } from './format.ts';
import { note, print } from './output.ts';
import type { Pace } from './pace.ts';

export type Summary = {
  readonly open: OpenRun;
  readonly finalization: Finalization;
  /** What this command saw being done; null when nothing had to be done. */
  readonly pace: Pace | null;
  readonly json: boolean | undefined;
};

/** Says how a run ended: for people on stderr, the results file (or with `--json` all facts) on stdout. */
export async function printSummary({ open, finalization, pace, json }: Summary): Promise<void> {
  const { run, paths } = open;
  const { name, documents, aliases } = run;
  if (finalization.status === 'complete') {
    const took =
      pace === null ? '' : ` in ${formatDuration(pace.seconds)}, ${formatRate(pace.documents / pace.seconds)}`;
    note(`Complete: ${formatOutcomes(finalization.outcomes)}${took}.`);
    if (run.model.name === 'stub:') note('The model was `stub:`: these answers are made from hashes and mean nothing.');
    if (sumOf(finalization.outcomes.failed) > 0) note(`Failed documents: docmill results ${name} --failed`);
  } else {
    note(
      `Not complete: ${finalization.status === 'cancelled' ? 'cancelled' : `${finalization.missing} shards are missing`}.`,
    );
  }
  const results = finalization.status === 'complete' ? paths.results : null;
  if (json === true)
    await print(
      JSON.stringify({ run: name, documents, aliases, ...finalization, seconds: pace?.seconds ?? null, results }),
    );
  else if (results !== null) await print(results);
}
