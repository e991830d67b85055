import { Presets, SingleBar } from 'cli-progress';
import type { RunProgress } from '../ledger/run-progress.ts';
import { formatCount, formatDuration, formatRate } from '../format.ts';
import { createIsDue } from '../is-due.ts';
import { formatProgress } from './format.ts';
import { note } from './output.ts';
import { sumOf } from '../ledger/count-outcomes.ts';

const PLAIN_INTERVAL_MS = 10_000;

/** Shows how a run goes on: a bar on a terminal, a plain line every ten seconds elsewhere. */
export function createProgressReporter(): { readonly update: (progress: RunProgress) => void } & Disposable {
  return process.stderr.isTTY ? createBar() : createPlainLines();
}

function createBar() {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage}% | {counts} documents | {rate} | {eta_text}{failed}',
      barsize: 20,
      hideCursor: true,
      clearOnComplete: false,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update: ({ documents, outcomes, rate, etaSeconds }: RunProgress): void => {
      const failed = sumOf(outcomes.failed);
      const payload = {
        counts: `${formatCount(documents.done)}/${formatCount(documents.total)}`,
        rate: formatRate(rate),
        eta_text: etaSeconds === null ? '' : `${formatDuration(etaSeconds)} to go`,
        failed: failed === 0 ? '' : ` | ${formatCount(failed)} failed`,
      };
      if (!started) bar.start(documents.total, documents.done, payload);
      started = true;
      bar.update(documents.done, payload);
    },
    [Symbol.dispose]: (): void => bar.stop(),
  };
}

function createPlainLines() {
  const isDue = createIsDue(PLAIN_INTERVAL_MS, 'later');
  return {
    update: (progress: RunProgress): void => {
      if (isDue()) note(formatProgress(progress));
    },
    [Symbol.dispose]: (): void => undefined,
  };
}
