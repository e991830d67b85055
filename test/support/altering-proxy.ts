import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What a client is to get instead of what the server said. */
export type Alter = {
  readonly header?: (name: string, value: string) => string;
  readonly body?: (text: string) => string;
};

/** A way to an HTTP server of this machine that changes its answers: the text of XML, and headers. */
export async function startAlteringProxy(port: number, { header = (_, value) => value, body }: Alter) {
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (given) => {
      void (async () => {
        const bytes = await buffer(given);
        const isXml = given.headers['content-type']?.includes('xml') === true;
        const sent = body !== undefined && isXml ? Buffer.from(body(bytes.toString())) : bytes;
        answer.statusCode = given.statusCode ?? 500;
        for (const [name, value] of Object.entries(given.headers)) {
          if (typeof value === 'string') answer.setHeader(name, header(name, value));
        }
        // The answer to HEAD says the length of a body that does not come with it.
        if (method !== 'HEAD') {
          answer.removeHeader('transfer-encoding');
          answer.setHeader('content-length', sent.byteLength);
        }
        answer.end(sent);
      })();
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
