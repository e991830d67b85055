import { createIsDue } from '../is-due.ts';
import type { Logger } from '../logger.ts';
import { isConnectionLost } from '../queue/connect.ts';

const WAITING_NOTICE_MS = 10_000;

/** Says that the queue is away every ten seconds, not at every failed connection, and when it is back. */
export function createConnectionNotice(log: Logger) {
  const isDue = createIsDue(WAITING_NOTICE_MS, 'at once');
  let away = false;
  return {
    failed: (error: Error): void => {
      // The queue is there and refused something, for instance to end a job that another worker was given.
      if (!isConnectionLost(error)) return log.warn({ err: error }, 'queue command failed');
      away = true;
      if (isDue()) log.warn({ err: error }, 'queue unreachable, waiting');
    },
    ready: (): void => {
      if (away) log.info('queue reachable again');
      away = false;
    },
  };
}
