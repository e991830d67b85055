import { setTimeout as wait } from 'node:timers/promises';
import type { Sha256 } from '../../schemas/ids.ts';
import type { Config } from '../config.ts';
import { isAppError } from '../errors.ts';
import { openRun } from '../ledger/open-run.ts';
import { askWithin } from '../monitor/ask-within.ts';
import { type RunStatus, openRunStatus } from '../monitor/read-run-status.ts';
import { openQueues } from '../queue/open-queues.ts';
import { listenForShutdown } from '../shutdown.ts';
import { configuredRedis } from './configured-redis.ts';
import { formatProgress } from './format.ts';
import { print } from './output.ts';
import { openScreen } from './screen.ts';
import { type WatchedQueue, toScreen } from './status-screen.ts';

const LOOK_MS = 1_000;
const PLAIN_LOOK_MS = 10_000;
const QUEUE_ANSWER_MS = 500;

type View = {
  readonly intervalMs: number;
  readonly show: (status: RunStatus, queue: WatchedQueue | null) => Promise<void> | void;
} & Disposable;

/**
 * Shows a run until it ends or Ctrl-C: the whole screen on a terminal, a line every ten seconds elsewhere, and one JSON
 * object a second with `json`. Gives what was seen last.
 */
export async function watchStatus(
  name: string,
  { config, json }: { readonly config: Config; readonly json: boolean },
): Promise<RunStatus> {
  using shutdown = listenForShutdown();
  const open = await openRun(config.out, name);
  await using reader = await openRunStatus(open, config.out);
  await using queue = await openWatchedQueue(config, open.run.model.sha256);
  using view = chooseView(json);
  for (;;) {
    const status = await reader.read();
    await view.show(status, queue === null ? null : { counts: await queue.counts() });
    if (status.state !== 'open' || shutdown.signal.aborted) return status;
    await wait(view.intervalMs, undefined, { signal: shutdown.signal }).catch(() => undefined);
  }
}

function chooseView(json: boolean): View {
  if (json) {
    return {
      intervalMs: LOOK_MS,
      show: (status, queue) =>
        print(JSON.stringify({ at: new Date().toISOString(), ...status, ...(queue && { queue: queue.counts }) })),
      [Symbol.dispose]: () => undefined,
    };
  }
  if (!process.stdout.isTTY) {
    return {
      intervalMs: PLAIN_LOOK_MS,
      show: (status) => print(`${status.run}: ${formatProgress(status)}`),
      [Symbol.dispose]: () => undefined,
    };
  }
  const screen = openScreen(process.stdout);
  return {
    intervalMs: LOOK_MS,
    show: (status, queue) => screen.show(toScreen(status, queue, screen.size())),
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

/** Null where no Redis is named, which a run does not need to be watched. */
async function openWatchedQueue(config: Config, modelSha256: Sha256) {
  const endpoint = await configuredRedis(config);
  if (endpoint === null) return null;
  await using resources = new AsyncDisposableStack();
  try {
    const queues = resources.use(await openQueues({ endpoint, prefix: config.queuePrefix }));
    const counts = askWithin(queues.of(modelSha256).counts, QUEUE_ANSWER_MS);
    const owned = resources.move();
    return { counts, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    if (!isAppError(error, 'QUEUE_UNREACHABLE')) throw error;
    return { counts: async () => null, [Symbol.asyncDispose]: async () => undefined };
  }
}
