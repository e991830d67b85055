import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { listenLocally } from '../support/listen-locally.ts';

export type Proxy = Awaited<ReturnType<typeof startProxy>>;

/**
 * A way to Redis that can be disturbed: connections are reset, stay open while nothing goes through any more, or take their
 * time.
 */
export async function startProxy(port: number) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let silent = false;
  let delayMs = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (bytes: Buffer) => {
        if (silent) return;
        if (delayMs === 0) to.write(bytes);
        else setTimeout(() => to.write(bytes), delayMs);
      });
      // A server that is away or a client that died: the other side learns of it, as over a real network.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    };
    pass(near, far);
    pass(far, near);
  });
  const ownPort = await listenLocally(server);
  const reset = (): void => {
    for (const [near] of pairs) near.resetAndDestroy();
  };
  return {
    url: `redis://127.0.0.1:${ownPort}`,
    /** Resets every connection. */
    reset,
    /** Swallows what is sent on the connections of now and of later, without closing any. */
    setSilent: (now: boolean): void => {
      silent = now;
    },
    /** Delivers everything so much later, in both directions; set before anything is sent. */
    setDelay: (milliseconds: number): void => {
      delayMs = milliseconds;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
