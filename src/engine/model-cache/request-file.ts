import { systemCode } from '../../errors.ts';
import type { PartialFile, Version } from './partial-file.ts';

/** What a server answers when it is asked for a file, or for the rest of it. */
export type FileAnswer =
  | {
      readonly status: 'sent';
      /** Where the bytes that are sent belong. */
      readonly start: number;
      readonly version: Version;
      readonly body: AsyncIterable<Uint8Array>;
    }
  /** What is there is the whole file. */
  | { readonly status: 'whole' }
  /** The file is not the one any more of which a piece is there. */
  | { readonly status: 'changed' }
  | { readonly status: 'refused'; readonly code: number; readonly token: boolean };

type RequestOptions = {
  /** Headers to try one after the other while access is refused. */
  readonly access: readonly Readonly<Record<string, string>>[];
  readonly signal: AbortSignal;
};

/** Asks for what is missing of a file. Throws when there is no answer; `describeNetworkError` says why. */
export async function requestFile(url: string, partial: PartialFile, options: RequestOptions): Promise<FileAnswer> {
  let refused: FileAnswer = { status: 'refused', code: 404, token: false };
  for (const [index, headers] of options.access.entries()) {
    // Compressed on the way, a file has neither a length nor a place to go on from.
    const response = await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...conditionsOf(partial), ...headers },
      signal: options.signal,
    });
    if (response.ok || response.status === 304 || response.status === 416) return toAnswer(response, partial);
    await response.body?.cancel();
    refused = { status: 'refused', code: response.status, token: index > 0 };
    if (!DENIED.has(response.status)) break;
  }
  return refused;
}

/** What a failed request or a broken answer says, in a word or two. */
export function describeNetworkError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return systemCode(error) ?? (error.cause === undefined ? error.message : describeNetworkError(error.cause));
}

/** The hub says of a model behind terms that it is not there, or that nobody asked. */
const DENIED: ReadonlySet<number> = new Set([401, 403, 404]);

/** Asks for the rest if the version is still the same, or for all of it; where all is there, for another version only. */
function conditionsOf({ bytes, version: { validator, totalBytes } }: PartialFile): Record<string, string> {
  if (bytes === 0 || validator === null) return {};
  if (bytes !== totalBytes) return { range: `bytes=${bytes}-`, 'if-range': validator };
  return validator.startsWith('"') ? { 'if-none-match': validator } : { 'if-modified-since': validator };
}

function toAnswer(response: Response, partial: PartialFile): FileAnswer {
  if (response.status === 304) return { status: 'whole' };
  const { body } = response;
  if (!response.ok || body === null) return { status: 'changed' };
  const version = versionOf(response);
  if (response.status !== 206) return { status: 'sent', start: 0, version, body };
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  const same =
    Number(start) === partial.bytes &&
    Number(total) === partial.version.totalBytes &&
    (version.validator === null || version.validator === partial.version.validator);
  return same ? { status: 'sent', start: partial.bytes, version: partial.version, body } : { status: 'changed' };
}

function versionOf({ headers }: Response): Version {
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return { validator: null, totalBytes: null };
  const tag = headers.get('etag');
  const length = headers.get('content-length');
  return {
    validator: tag === null || tag.startsWith('W/') ? headers.get('last-modified') : tag,
    totalBytes: length === null ? null : Number(length),
  };
}
