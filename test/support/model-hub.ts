import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { listenLocally } from './listen-locally.ts';

type HubFile = {
  readonly content: Buffer;
  /** What is said instead of the hash of the content; null says none. */
  readonly etag?: string | null;
  /** Whoever does not send this token is refused. */
  readonly token?: string;
  /** Where the file is instead, as a hub has its storage. */
  readonly redirect?: string;
  /** It has no parts and knows no trouble. */
  readonly plain?: true;
  /** Who asks is told to come back in so many seconds (HTTP 429). */
  readonly busyForSeconds?: number;
  /** Who asks never hears anything. */
  readonly silent?: true;
};

type Heard = {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
};

/** What happens to one of the next answers with a file, before all is well again. */
type Trouble = {
  /** Nothing more comes after this many bytes, and the connection stays until it is cut. */
  readonly holdAfter?: number;
  readonly status?: number;
  /** The whole file comes, whatever part was asked for. */
  readonly noRanges?: true;
  /** The rest comes, whatever version was asked for. */
  readonly noConditions?: true;
  /** A part is not longer than this. */
  readonly atMost?: number;
  /** A length that is not true. */
  readonly claims?: number;
};

export type ModelHub = Awaited<ReturnType<typeof startModelHub>>;

/**
 * A server on a loopback port that speaks what a hub of models speaks: manifests of quantisations, files behind
 * `resolve/<branch>/`, entity tags, ranges with conditions, redirects and access tokens.
 */
export async function startModelHub() {
  const files = new Map<string, HubFile>();
  const heard: Heard[] = [];
  const troubles: Trouble[] = [];
  const held = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://hub').pathname;
    const { range, authorization, 'if-range': ifRange } = request.headers;
    heard.push({ path, range, ifRange: ifRange?.toString(), authorization });
    const file = files.get(path);
    if (file === undefined) response.writeHead(404).end('not found');
    else if (file.token !== undefined && authorization !== `Bearer ${file.token}`) response.writeHead(401).end('no');
    else if (file.redirect !== undefined) response.writeHead(302, { location: file.redirect }).end();
    else if (file.busyForSeconds !== undefined) refuseBusily(response, file.busyForSeconds);
    else if (file.silent === true) held.add(response);
    else if (file.plain === true) response.end(file.content);
    else if (sendFile(request, response, file, troubles.shift())) held.add(response);
  });
  const port = await listenLocally(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** Every request so far. */
    heard,
    /** The ranges that were asked for of a file, undefined for all of it. */
    rangesOf: (path: string) => heard.filter((request) => request.path === path).map(({ range }) => range),
    serve: (path: string, file: HubFile | Buffer): void =>
      void files.set(path, Buffer.isBuffer(file) ? { content: file } : file),
    /** A file of a model on the hub, found by its name. */
    serveModel: (model: string, name: string, file: HubFile | Buffer, branch = 'main'): void =>
      void files.set(`/${model}/resolve/${branch}/${name}`, Buffer.isBuffer(file) ? { content: file } : file),
    /** Which file of a model has a quantisation. */
    serveManifest: (model: string, tag: string, name: string, token?: string): void => {
      const content = Buffer.from(JSON.stringify({ ggufFile: { rfilename: name } }));
      files.set(`/v2/${model}/manifests/${tag}`, { content, plain: true, ...(token === undefined ? {} : { token }) });
    },
    trouble: (...planned: readonly Trouble[]): void => void troubles.push(...planned),
    /** Forgets the trouble that has not come yet. */
    calm: (): void => void troubles.splice(0),
    /** Cuts the connections that are held. */
    cut: (): void => {
      for (const response of held) response.destroy();
      held.clear();
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuseBusily(response: ServerResponse, seconds: number): void {
  response.writeHead(429, { ratelimit: `"api";r=0;t=${seconds}` }).end();
}

/** Answers with the file, or the part of it that is asked for; says whether the answer is held before its end. */
function sendFile(request: IncomingMessage, response: ServerResponse, file: HubFile, trouble: Trouble = {}): boolean {
  const { content, etag = `"${createHash('sha256').update(content).digest('hex')}"` } = file;
  const start = startOf(request, etag, trouble);
  const refusal = trouble.status ?? refusalOf(request, etag, start > content.length);
  if (refusal !== null) {
    response.writeHead(refusal).end();
    return false;
  }
  if (request.headers['accept-encoding']?.includes('gzip') === true) {
    response.setHeader('content-encoding', 'gzip').end(gzipSync(content));
    return false;
  }
  if (etag !== null) response.setHeader('etag', etag);
  return sendPart(response, content, start, trouble);
}

function sendPart(
  response: ServerResponse,
  content: Buffer,
  start: number,
  { atMost = content.length, claims, holdAfter }: Trouble,
): boolean {
  const end = start === 0 ? content.length : Math.min(content.length, start + atMost);
  response.setHeader('content-length', claims ?? end - start);
  if (start > 0) response.setHeader('content-range', `bytes ${start}-${end - 1}/${content.length}`);
  response.writeHead(start === 0 ? 200 : 206);
  if (holdAfter === undefined) response.end(content.subarray(start, end));
  else response.write(content.subarray(start, start + holdAfter));
  return holdAfter !== undefined;
}

function refusalOf({ headers }: IncomingMessage, etag: string | null, tooFar: boolean): number | null {
  if (etag !== null && headers['if-none-match'] === etag) return 304;
  return tooFar ? 416 : null;
}

/** Where the part begins that is asked for: at 0 when there is another version by now. */
function startOf({ headers }: IncomingMessage, etag: string | null, trouble: Trouble): number {
  const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const condition = headers['if-range'];
  const same = condition === undefined || condition === etag || trouble.noConditions === true;
  return from === undefined || trouble.noRanges === true || !same ? 0 : Number(from);
}
