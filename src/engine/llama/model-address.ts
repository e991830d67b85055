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

/** What only the hub knows: which file of a model has a quantisation. */
export type HubQuestion = {
  /** Answers `{"ggufFile":{"rfilename":FILE}}`. */
  readonly manifestUrl: string;
  /** Headers to try one after the other. */
  readonly access: readonly Readonly<Record<string, string>>[];
  readonly addressOf: (file: string) => Promise<ModelAddress | HubQuestion>;
};

const uriSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('resolved'), resolvedUrl: z.string() }),
  z.looseObject({
    type: z.literal('unresolved'),
    resolveDetails: z.object({ type: z.literal('hf'), user: z.string(), model: z.string(), tag: z.string() }),
  }),
]);
const destinationSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('url'), url: z.string() }),
  z.looseObject({ type: z.literal('uri'), parsedUri: uriSchema }),
]);

/**
 * Asks node-llama-cpp's resolver for the URLs of an `hf:` reference or a URL, by its rules for names, quantisations,
 * splits, endpoint and token (`HF_ENDPOINT`, `HF_TOKEN`). The package has the resolver only within its downloader, so
 * this file reaches into it; what is not as expected throws. It asks the hub nothing: the package would wait minutes for
 * a busy one, and say so on stdout.
 */
export async function resolveModelAddress(uri: string): Promise<ModelAddress | HubQuestion> {
  const destination = destinationSchema.parse(
    await call('utils/resolveModelDestination.js', 'resolveModelDestination', uri),
  );
  if (destination.type === 'url') return toAddress(destination.url);
  const { parsedUri } = destination;
  return parsedUri.type === 'resolved' ? toAddress(parsedUri.resolvedUrl) : toQuestion(parsedUri.resolveDetails);
}

async function toAddress(url: string): Promise<ModelAddress> {
  return {
    urls: z.array(z.string()).parse(await call('gguf/utils/resolveSplitGgufParts.js', 'resolveSplitGgufParts', url)),
    access: [{}, ...(await tokensFor(url))],
    hub: z.boolean().parse(await call('utils/modelDownloadEndpoints.js', 'isHuggingFaceUrl', url)),
  };
}

/** Only to llama.cpp the hub names a file. */
const AS_LLAMA = { 'user-agent': 'llama-cpp' };

type Named = { readonly user: string; readonly model: string; readonly tag: string };

async function toQuestion({ user, model, tag }: Named): Promise<HubQuestion> {
  const endpoint = z.string().parse(await call('utils/modelDownloadEndpoints.js', 'resolveHuggingFaceEndpoint'));
  const [owner, name, quantization] = [user, model, tag === '' ? 'latest' : tag].map(encodeURIComponent);
  const manifestUrl = `${endpoint}v2/${owner}/${name}/manifests/${quantization}`;
  const access: Readonly<Record<string, string>>[] = [];
  for (const token of [{}, ...(await tokensFor(manifestUrl))]) access.push({ ...token, ...AS_LLAMA });
  return {
    manifestUrl,
    access,
    addressOf: (file) => resolveModelAddress(`hf:${user}/${model}/${file}`),
  };
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
