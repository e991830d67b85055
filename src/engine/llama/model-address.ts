import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** Where the files of a model are. */
export type ModelAddress = {
  /** One URL for each part of the model, in order. */
  readonly urls: readonly string[];
  /** Headers to try one after the other: without a token first, and with one only where the hub is asked. */
  readonly access: readonly Readonly<Record<string, string>>[];
  /** Whether the model hub has them: there an access token may help. */
  readonly hub: boolean;
};

/** An answer of the hub that is no address. */
export type Unresolved = {
  /** Its HTTP status, or null when there was no answer. */
  readonly status: number | null;
  readonly host: string;
  /** Whether an access token was sent. */
  readonly token: boolean;
};

const uriSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('resolved'), resolvedUrl: z.string() }),
  z.looseObject({ type: z.literal('unresolved') }),
]);
const destinationSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('url'), url: z.string() }),
  z.looseObject({ type: z.literal('uri'), parsedUri: uriSchema }),
]);

/**
 * Asks node-llama-cpp's resolver for the URLs of an `hf:` reference or a URL, by its rules for names, quantisations,
 * splits, endpoint and token (`HF_ENDPOINT`, `HF_TOKEN`). The package has the resolver only within its downloader, so
 * this file reaches into it; what is not as expected throws.
 */
export async function resolveModelAddress(uri: string, signal: AbortSignal): Promise<ModelAddress | Unresolved> {
  const url = await resolveUrl(uri, signal);
  if (typeof url !== 'string') return url;
  return {
    urls: z.array(z.string()).parse(await call('gguf/utils/resolveSplitGgufParts.js', 'resolveSplitGgufParts', url)),
    access: [{}, ...(await tokensFor(url))],
    hub: z.boolean().parse(await call('utils/modelDownloadEndpoints.js', 'isHuggingFaceUrl', url)),
  };
}

async function resolveUrl(uri: string, signal: AbortSignal): Promise<string | Unresolved> {
  const destination = destinationSchema.parse(
    await call('utils/resolveModelDestination.js', 'resolveModelDestination', uri),
  );
  if (destination.type === 'url') return destination.url;
  const { parsedUri } = destination;
  if (parsedUri.type === 'resolved') return parsedUri.resolvedUrl;
  try {
    const resolved = await call('utils/parseModelUri.js', 'resolveParsedModelUri', parsedUri, { signal });
    return z.object({ resolvedUrl: z.string() }).parse(resolved).resolvedUrl;
  } catch (cause) {
    signal.throwIfAborted();
    const endpoint = z.string().parse(await call('utils/modelDownloadEndpoints.js', 'resolveHuggingFaceEndpoint'));
    const token = (await tokensFor(endpoint)).length > 0;
    return { status: toStatus(cause), host: new URL(endpoint).host, token };
  }
}

/** The resolver says in words only what the hub answered. */
function toStatus(cause: unknown): number | null {
  const message = cause instanceof Error ? cause.message : '';
  if (message.startsWith('Cannot get quantization')) return 404;
  const [, status] = /^Failed to fetch manifest for .*: (\d{3})\b/.exec(message) ?? [];
  if (status !== undefined) return Number(status);
  if (message.startsWith('Failed to fetch manifest')) return null;
  throw cause;
}

/** Headers with the access token of the user, if there is one for this place. */
async function tokensFor(url: string): Promise<Record<string, string>[]> {
  const headers = await call('utils/modelFileAccessTokens.js', 'resolveModelFileAccessTokensTryHeaders', url);
  return z.array(z.record(z.string(), z.string())).parse(headers);
}

/** Calls a function of a file that the package does not export. */
async function call(file: string, name: string, ...args: readonly unknown[]): Promise<unknown> {
  const entry = createRequire(import.meta.url).resolve('node-llama-cpp');
  const module: unknown = await import(pathToFileURL(join(dirname(entry), file)).href);
  const found: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
  if (typeof found !== 'function') throw new Error(`node-llama-cpp has no ${name} in ${file}`);
  const answer: unknown = Reflect.apply(found, undefined, args);
  return answer;
}
