import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenLocally } from './listen-locally.ts';

/** A way to an HTTP server of this machine that changes the text of its XML. */
export async function startAlteringProxy(port: number, alter: (xml: string) => string) {
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (given) => {
      const pass = async (): Promise<void> => {
        const bytes = await buffer(given);
        const isXml = given.headers['content-type']?.includes('xml') === true;
        const sent = isXml ? Buffer.from(alter(bytes.toString())) : bytes;
        const { 'transfer-encoding': _, ...kept } = given.headers;
        // The answer to HEAD says the length of a body that does not come with it.
        const length = method === 'HEAD' ? {} : { 'content-length': sent.byteLength };
        answer.writeHead(given.statusCode ?? 500, { ...kept, ...length }).end(sent);
      };
      pass().catch(() => answer.destroy());
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  const ownPort = await listenLocally(server);
  return {
    port: ownPort,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
