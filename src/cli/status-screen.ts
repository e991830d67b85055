import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../format.ts';
import { sumOf } from '../ledger/count-outcomes.ts';
import type { RunStatus } from '../monitor/read-run-status.ts';
import type { QueueCounts } from '../queue/job-queue.ts';
import { formatDone } from './format.ts';
import { toTable } from './output.ts';
import type { Size } from './screen.ts';
import { toTerminal } from './terminal-text.ts';

/** A queue that is watched beside a run; null counts stand for one that does not answer. */
export type WatchedQueue = { readonly counts: QueueCounts | null };

const WIDEST_BAR = 60;

/** A run on a screen of this size: what matters most stands above, and no line is longer than the screen is wide. */
export function toScreen(status: RunStatus, queue: WatchedQueue | null, { columns, rows }: Size): string[] {
  const above = [...head(status, columns), ...queueLine(queue), ...outcomeLines(status), ...problems(status), ''];
  const below = ['', status.state === 'open' ? 'Ctrl-C leaves; the run goes on without it.' : 'The run has ended.'];
  const room = Math.max(0, rows - above.length - below.length);
  const lines = [...above, ...workerLines(status.workers, room), ...below];
  return lines.slice(0, rows).map((line) => cut(line, columns));
}

function head(status: RunStatus, columns: number): string[] {
  const reason = status.reason === null ? '' : ` (${status.reason})`;
  const round = status.round === 1 ? '' : `, round ${status.round}`;
  const { done, total } = status.documents;
  const width = Math.max(1, Math.min(WIDEST_BAR, columns - 2));
  const full = total === 0 ? width : Math.floor((width * done) / total);
  const { shards, running, waiting } = status;
  return [
    `${status.run}: ${status.state}${reason}${round}`,
    `${'█'.repeat(full)}${'░'.repeat(width - full)}`,
    `documents  ${formatDone(status)}`,
    `pace       ${formatRate(status.rate)}${timeToGo(status)}`,
    `shards     ${formatCount(shards.done)} done, ${formatCount(running)} running, ${formatCount(waiting)} waiting`,
  ];
}

/** `, 5 min 6 s to go (± 9 %)`: one standard error. */
function timeToGo({ etaSeconds, etaError, documents }: RunStatus): string {
  if (etaSeconds === null || documents.done === documents.total) return '';
  // With so few parts any time is possible.
  const isGuess = etaError === null || etaError >= 1;
  const error = isGuess ? ' (a guess)' : ` (± ${Math.max(1, Math.round(etaError * 100))} %)`;
  return `, ${formatDuration(etaSeconds)} to go${error}`;
}

function queueLine(queue: WatchedQueue | null): string[] {
  if (queue === null) return [];
  if (queue.counts === null) return ['queue      does not answer'];
  const { waiting, active, delayed } = queue.counts;
  return [`queue      ${formatCount(waiting)} waiting, ${formatCount(active)} active, ${formatCount(delayed)} delayed`];
}

function outcomeLines({ outcomes }: RunStatus): string[] {
  const byCode = (status: 'failed' | 'skipped'): string[] => {
    const codes = Object.entries(outcomes[status]).sort(([, one], [, other]) => other - one);
    if (codes.length === 0) return [];
    const text = codes.map(([code, count]) => `${code} ${formatCount(count)}`).join(', ');
    return [`${status.padEnd(10)} ${formatCount(sumOf(outcomes[status]))}: ${text}`];
  };
  return [`ok         ${formatCount(outcomes.ok)}`, ...byCode('failed'), ...byCode('skipped')];
}

function problems({ refusals, troubles }: RunStatus): string[] {
  return [
    ...refusals.map((refusal) => `refused    ${toTerminal(refusal)}`),
    ...troubles.map((trouble) => `trouble    ${toTerminal(trouble)}`),
  ];
}

/** As many workers as there is room for, those that were heard of longest ago first: they may need somebody. */
function workerLines(workers: RunStatus['workers'], room: number): string[] {
  if (workers.length === 0) return ['no worker alive'].slice(0, room);
  const rows = [...workers]
    .sort((one, other) => other.ageMs - one.ageMs)
    .map((worker) => [
      toTerminal(worker.worker),
      worker.shard === null ? 'idle' : toTerminal(worker.shard.slice(worker.shard.lastIndexOf('/') + 1)),
      formatRate(worker.rate),
      formatCount(worker.documents),
      formatBytes(worker.rssBytes),
      formatDuration(worker.ageMs / 1000),
    ]);
  const lines = toTable([['WORKER', 'SHARD', 'RATE', 'DOCUMENTS', 'MEMORY', 'HEARD'], ...rows]);
  if (lines.length <= room) return lines;
  const shown = Math.max(0, room - 1);
  const more = plural(workers.length - Math.max(0, shown - 1), 'more worker');
  return [...lines.slice(0, shown), `and ${more}`].slice(0, room);
}

/** At most `columns` characters; a cut is shown. */
function cut(line: string, columns: number): string {
  const characters = Array.from(line);
  return characters.length <= columns ? line : `${characters.slice(0, Math.max(0, columns - 1)).join('')}…`;
}
