import { Presets, SingleBar } from 'cli-progress';
import type { PullListener, PullProgress } from '../engine/model-cache/pull-model.ts';
import { formatBytes, formatDuration } from '../format.ts';
import { createIsDue } from '../is-due.ts';
import { note } from './output.ts';
import { toTerminal } from './terminal-text.ts';

const PLAIN_INTERVAL_MS = 10_000;

/** Shows how a model comes: a bar on a terminal, a plain line every ten seconds elsewhere. */
export function createPullReporter(): PullListener & Disposable {
  return process.stderr.isTTY ? createBar() : createPlainLines(note);
}

/** Says how a model comes in a line every ten seconds. */
export function createPlainLines(say: (line: string) => void): PullListener & Disposable {
  const isDue = createIsDue(PLAIN_INTERVAL_MS, 'later');
  let pace = createPace();
  return {
    onProgress: (progress: PullProgress): void => {
      if (pace.file !== progress.file) {
        pace = createPace(progress);
        say(`Downloading ${toTerminal(progress.file)}: ${describeProgress(progress)}`);
      }
      if (isDue()) say(`${toTerminal(progress.file)}: ${describeProgress(progress)}, ${pace.describe(progress)}`);
    },
    onRetry: (problem) => say(describeRetry(problem)),
    onWait: () => say(WAITING),
    [Symbol.dispose]: (): void => undefined,
  };
}

function createBar(): PullListener & Disposable {
  let bar: SingleBar | null = null;
  let pace = createPace();
  const stop = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    onProgress: (progress: PullProgress): void => {
      const total = progress.totalBytes ?? progress.bytes;
      if (bar === null || pace.file !== progress.file) {
        stop();
        bar = newBar();
        pace = createPace(progress);
        bar.start(total, progress.bytes, { file: toTerminal(progress.file), sizes: '', pace: '' });
      }
      bar.setTotal(total);
      bar.update(progress.bytes, { sizes: describeProgress(progress), pace: pace.describe(progress) });
    },
    onRetry: (problem: string): void => {
      stop();
      note(describeRetry(problem));
    },
    onWait: () => note(WAITING),
    [Symbol.dispose]: stop,
  };
}

const WAITING = 'Another process downloads this model; waiting for it.';

function describeRetry(problem: string): string {
  return `The download does not go on (${toTerminal(problem)}); trying again.`;
}

function newBar(): SingleBar {
  return new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {file} {sizes} | {pace}',
      barsize: 20,
      hideCursor: true,
      clearOnComplete: false,
      linewrap: false,
    },
    Presets.shades_classic,
  );
}

function describeProgress({ bytes, totalBytes }: PullProgress): string {
  if (totalBytes === null) return formatBytes(bytes);
  return `${formatBytes(bytes)}/${formatBytes(totalBytes)} (${Math.floor((100 * bytes) / Math.max(1, totalBytes))} %)`;
}

/** Bytes per second since the file was first heard of; what came in an earlier call does not count. */
function createPace(first: PullProgress = { file: '', bytes: 0, totalBytes: null }) {
  const startedMs = performance.now();
  return {
    file: first.file,
    describe: ({ bytes, totalBytes }: PullProgress): string => {
      const rate = (1000 * (bytes - first.bytes)) / Math.max(1, performance.now() - startedMs);
      const toGo = totalBytes === null || rate <= 0 ? '' : `, ${formatDuration((totalBytes - bytes) / rate)} to go`;
      return `${formatBytes(rate)}/s${toGo}`;
    },
  };
}
