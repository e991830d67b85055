import type { Finalization } from '../ledger/finalize-run.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { sumOf } from '../ledger/count-outcomes.ts';
import { formatDuration, formatOutcomes, formatRate } from './format.ts';
import { note, print } from './output.ts';

export type Summary = {
  readonly open: OpenRun;
  readonly finalization: Finalization;
  /** How long the work took; null when nothing had to be done. */
  readonly seconds: number | null;
  readonly json: boolean | undefined;
};

/** Says how a run ended: for people on stderr, the results file (or with `--json` all facts) on stdout. */
export async function printSummary({ open, finalization, seconds, json }: Summary): Promise<void> {
  const { run, paths } = open;
  const { name, documents, aliases } = run;
  if (finalization.status === 'complete') {
    const pace =
      seconds === null ? '' : ` in ${formatDuration(seconds)}, ${formatRate((documents + aliases) / seconds)}`;
    note(`Complete: ${formatOutcomes(finalization.outcomes)}${pace}.`);
    if (run.model.name === 'stub:') note('The model was `stub:`: these answers are made from hashes and mean nothing.');
    if (sumOf(finalization.outcomes.failed) > 0) note(`Failed documents: docmill results ${name} --failed`);
  } else {
    note(
      `Not complete: ${finalization.status === 'cancelled' ? 'cancelled' : `${finalization.missing} shards are missing`}.`,
    );
  }
  const results = finalization.status === 'complete' ? paths.results : null;
  if (json === true) await print(JSON.stringify({ run: name, documents, aliases, ...finalization, seconds, results }));
  else if (results !== null) await print(results);
}
