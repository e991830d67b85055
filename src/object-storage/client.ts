import type * as sdk from '@aws-sdk/client-s3';
import { toStorageError } from './storage-error.ts';

type Opened = { readonly sdk: typeof sdk; readonly client: sdk.S3Client };

// The one piece of module state: a process has one client, whose connections everybody shares. It is opened at the first
// use, since loading it takes longer than starting the program does.
let opened: Promise<Opened> | null = null;

/**
 * Calls the store. Endpoint, region and credentials are those of the standard environment and files of the AWS SDKs. A
 * failed call throws an error with a system code (`ENOENT`, `EACCES`, …) or the store's own.
 */
export async function callStore<T>(call: (opened: Opened) => Promise<T>): Promise<T> {
  try {
    opened ??= open();
    return await call(await opened);
  } catch (error) {
    throw toStorageError(error);
  }
}

async function open(): Promise<Opened> {
  const names = await import('@aws-sdk/client-s3');
  const client = new names.S3Client({
    // Stores other than Amazon's seldom have a host name for each bucket.
    forcePathStyle: hasOwnEndpoint(process.env),
    // What fails is thrown, and said once, in words.
    logger: SILENT,
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
const SILENCE_MS = 60_000;
