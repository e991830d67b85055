import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { setTimeout as wait } from 'node:timers/promises';

const STREAM_MS = 2_000;
const MOST_STREAMS = 64;

/** Named texts, such as the parts of a page. */
export type Texts = ReadonlyMap<string, string>;

/**
 * Streams of server-sent events `sections`: each says which texts changed since it last did, every two seconds, until
 * its reader goes. At most 64 at once.
 */
export function createStreams() {
  let open = 0;
  return (context: Context, read: () => Promise<Texts>): Response => {
    // Nobody reads the stream behind the headers, so it would never be seen to close.
    if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' });
    if (open >= MOST_STREAMS) return context.text('Too many pages are open.\n', 503);
    open += 1;
    return streamSSE(context, async (stream) => {
      const closed = new AbortController();
      stream.onAbort(() => closed.abort());
      let sent: Texts = new Map();
      try {
        while (!closed.signal.aborted) {
          const now = await read();
          const changed = [...now].filter(([name, text]) => sent.get(name) !== text);
          sent = now;
          if (changed.length > 0) {
            await stream.writeSSE({ event: 'sections', data: JSON.stringify(Object.fromEntries(changed)) });
          }
          await wait(STREAM_MS, undefined, { signal: closed.signal }).catch(() => undefined);
        }
      } finally {
        open -= 1;
      }
    });
  };
}
