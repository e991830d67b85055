import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { listenLocally } from './listen-locally.ts';

export type Certificate = { readonly keyFile: string; readonly certFile: string };

/** A certificate of 127.0.0.1 that signs itself, in a directory; null where there is no openssl. */
export function makeCertificate(directory: string): Certificate | null {
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=docmill-test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const { status } = spawnSync('openssl', ['req', ...kind, ...names, '-keyout', keyFile, '-out', certFile]);
  return status === 0 ? { keyFile, certFile } : null;
}

/** A way by TLS to a port of this machine. */
export async function startTlsEntrance({ keyFile, certFile }: Certificate, port: number) {
  const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
  });
  server.on('tlsClientError', () => undefined);
  const ownPort = await listenLocally(server);
  return {
    url: `rediss://127.0.0.1:${ownPort}`,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.close();
      await once(server, 'close');
    },
  };
}
