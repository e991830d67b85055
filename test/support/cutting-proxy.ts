import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { listenLocally } from './listen-locally.ts';

/** A way to a server that breaks off: of each connection so many bytes come back, then it is reset. */
export async function startCuttingProxy(port: number, bytesOf: (connection: number) => number) {
  let connections = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    let left = bytesOf(connections);
    connections += 1;
    near.on('data', (bytes: Buffer) => far.write(bytes));
    far.on('data', (bytes: Buffer) => {
      near.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left <= 0) near.resetAndDestroy();
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  const ownPort = await listenLocally(server);
  return {
    port: ownPort,
    connections: () => connections,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.close();
      await once(server, 'close');
    },
  };
}
