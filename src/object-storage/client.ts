import type * as sdk from '@aws-sdk/client-s3';
import { isAnswer, toStorageError } from './storage-error.ts';
import { withRetries } from './with-retries.ts';

type Opened = { readonly sdk: typeof sdk; readonly client: sdk.S3Client };

// Module state: a process has one client, whose connections everybody shares. It is opened at the first use, since loading
// it takes longer than starting the program does.
let opened: Promise<Opened> | null = null;

/** Whether the store has answered this process. */
let reached = false;

/** How long a store that has answered before may be away until a call to it fails. */
const PATIENCE_MS = 30_000;

/**
 * Calls the store, again while it is away or busy: for half a minute where it has answered before, else not at all, so
 * that a wrong address is told at once. Endpoint, region and credentials are those of the standard environment and files
 * of the AWS SDKs. A failed call throws an error with a system code (`ENOENT`, `EACCES`, …) or the store's own.
 */
export async function callStore<T>(call: (opened: Opened) => Promise<T>): Promise<T> {
  return withRetries(
    async () => {
      try {
        opened ??= open();
        const answer = await call(await opened);
        reached = true;
        return answer;
      } catch (error) {
        reached ||= isAnswer(error);
        throw toStorageError(error);
      }
    },
    () => (reached ? PATIENCE_MS : 0),
  );
}

async function open(): Promise<Opened> {
  const names = await import('@aws-sdk/client-s3');
  const client = new names.S3Client({
    // Stores other than Amazon's seldom have a host name for each bucket.
    forcePathStyle: hasOwnEndpoint(process.env),
    // What fails is thrown, and said once, in words.
    logger: SILENT,
    // `withRetries` tries again, and knows for how long.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  return { sdk: names, client };
}

function hasOwnEndpoint({
  AWS_ENDPOINT_URL_S3: own,
  AWS_ENDPOINT_URL: all,
}: Readonly<Record<string, string | undefined>>): boolean {
  return (own ?? all ?? '') !== '';
}

const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

const CONNECT_MS = 10_000;
const SILENCE_MS = 15_000;
