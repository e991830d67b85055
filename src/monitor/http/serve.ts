import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { once } from 'node:events';
import { AppError, systemCode } from '../../errors.ts';

/** Where to listen. */
export type Address = { readonly host: string; readonly port: number };

/**
 * Serves an application at an address until disposed; port 0 takes one that is free. Throws `CONFIG_INVALID`, or
 * `NOT_PERMITTED`, when the address cannot be had.
 */
export async function serve(app: Hono, { host, port }: Address): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw addressError({ host, port }, error);
  }
  const bound = server.address();
  // An address that stands for all of a machine's is none that a browser can open.
  const reached = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  const url = toUrl({ host: reached, port: typeof bound === 'object' && bound !== null ? bound.port : port });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      // Streams of events never end by themselves.
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function toUrl({ host, port }: Address): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function addressError(address: Address, cause: unknown): AppError {
  const code = systemCode(cause) ?? 'unknown error';
  return new AppError(
    code === 'EACCES' ? 'NOT_PERMITTED' : 'CONFIG_INVALID',
    `Cannot listen at \`${toUrl(address)}\` (${code}); choose another address with \`--listen\`.`,
    { cause },
  );
}
