import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** A bucket of an S3-compatible store and a key in it; the key is as it stands in the URL, without any decoding. */
export type ObjectPlace = { readonly bucket: string; readonly key: string };

/** Whether a place is in object storage, not in the file system. */
export function isObjectUrl(location: string): boolean {
  return location.startsWith(SCHEME);
}

/** Bucket and key of `s3://BUCKET/KEY`; throws `USAGE` where there is no bucket. */
export function parseObjectUrl(url: string): ObjectPlace {
  const [bucket = '', ...names] = url.slice(SCHEME.length).split('/');
  if (isObjectUrl(url) && bucket !== '') return { bucket, key: names.join('/') };
  throw new AppError('USAGE', `Expected \`s3://BUCKET/PREFIX\`, got \`${url}\`.`);
}

/** The same as the parameters of a call. */
export function toInput(url: string): { readonly Bucket: string; readonly Key: string } {
  const { bucket, key } = parseObjectUrl(url);
  return { Bucket: bucket, Key: key };
}

/** A place below another one, in the file system or in object storage. */
export function joinLocation(base: string, ...names: readonly string[]): string {
  return isObjectUrl(base) ? [base, ...names].join('/') : join(base, ...names);
}

/** The one name of a place that is there: links of the file system are followed, an object has no other name. */
export async function realLocation(location: string): Promise<string> {
  return isObjectUrl(location) ? location : realpath(location);
}

const SCHEME = 's3://';
