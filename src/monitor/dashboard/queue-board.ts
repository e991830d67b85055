import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { SeenQueue } from '../../queue/open-queues.ts';
import { securityHeaders } from '../http/guard.ts';

/** Where bull-board is. */
const QUEUES_PATH = '/queues';

const OWN = ["'self'"];

/**
 * bull-board under `/queues`, to look at only. A page of it asks for counts and for one page of jobs, never for all of
 * them, and no longer for the connections of each queue.
 */
export function createQueueBoard() {
  const adapter = new HonoAdapter(serveStatic).setBasePath(QUEUES_PATH);
  const board = createBullBoard({
    queues: [],
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'docmill',
        hideRedisDetails: true,
        hideDocsLink: true,
        showWorkers: false,
        showMetrics: false,
        miscLinks: [{ text: 'Runs', url: '/' }],
      },
    },
  });
  const app = new Hono();
  // Its page has a base, styles of its own, and asks for fonts elsewhere, which it does not get.
  app.use(`${QUEUES_PATH}/*`, securityHeaders({ scriptSrc: OWN, styleSrc: [...OWN, "'unsafe-inline'"], baseUri: OWN }));
  app.route(QUEUES_PATH, adapter.registerPlugin());
  const shown = new Set<string>();
  return {
    app,
    /** Shows a model's queue from now on. */
    show: (model: string, { name, bullQueue }: SeenQueue): void => {
      if (shown.has(name)) return;
      shown.add(name);
      const options = { readOnlyMode: true, allowRetries: false, displayName: model };
      board.addQueue(new BullMQAdapter(bullQueue, options));
    },
  };
}
