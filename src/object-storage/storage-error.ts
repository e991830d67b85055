import { AppError, systemCode } from '../errors.ts';

/**
 * The error of a failed call to the store, with a `code` like those of the file system: `ENOENT`, `EACCES`, that of the
 * connection, or else the store's own name for it. What the SDK attached to it is left behind, since a refused signature
 * comes with the key that was used.
 */
export function toStorageError(error: unknown): Error {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  if (error.name === 'CredentialsProviderError') {
    return new AppError(
      'CONFIG_INVALID',
      'There are no credentials for object storage; set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or another source that the AWS SDKs know.',
    );
  }
  if (error.message === 'Region is missing') {
    return new AppError('CONFIG_INVALID', 'There is no region for object storage; set `AWS_REGION`.');
  }
  const code = codeOf(error, statusOf(error));
  const message = `object storage: ${error.name} (${code})`;
  // As the file system's errors have them, so that it counts as one of the system wherever it is met.
  return Object.assign(new Error(message), { code, syscall: 'use', path: 'object storage' });
}

/** Whether the store has said no, and not the way to it. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && statusOf(error) !== undefined;
}

/** Whether the same call may end better in a moment: the connection broke, or the store was busy. */
export function isPassing(error: unknown): boolean {
  return PASSING.has(systemCode(error) ?? '');
}

const PASSING: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'BUSY',
]);

const CODES: ReadonlyMap<number | undefined, string> = new Map([
  [401, 'EACCES'],
  [403, 'EACCES'],
  [404, 'ENOENT'],
  // Two conditional writes at once: neither is refused for good.
  [409, 'BUSY'],
  [412, 'EEXIST'],
  [429, 'BUSY'],
  [501, 'ENOTSUP'],
]);

function codeOf(error: Error, status: number | undefined): string {
  if (error.name === 'NoSuchBucket') return 'NoSuchBucket';
  // The clock here or there is wrong. The SDK has corrected itself by the time that the store says, so the next call fits.
  // The answer to HEAD has no body, and so no name of an error; and whatever fails while clocks differ bears the mark.
  const isCorrected = status === 403 && metadataOf(error, 'clockSkewCorrected') === true;
  if (error.name === 'RequestTimeTooSkewed' || isCorrected) return 'BUSY';
  const code = CODES.get(status);
  if (code !== undefined) return code;
  if (status !== undefined && status >= 500) return 'BUSY';
  return systemCode(error) ?? (error.name === 'TimeoutError' ? 'ETIMEDOUT' : error.name);
}

function statusOf(error: object): number | undefined {
  const status = metadataOf(error, 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/** A member of what the SDK says about a call. */
function metadataOf(error: object, name: string): unknown {
  const metadata: unknown = Reflect.get(error, '$metadata');
  return typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, name) : undefined;
}
