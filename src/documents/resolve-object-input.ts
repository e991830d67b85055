import { AppError, ioError, systemCode } from '../errors.ts';
import { hasObjectsBelow } from '../object-storage/list-objects.ts';
import { parseObjectUrl } from '../object-storage/location.ts';
import { hasObject } from '../object-storage/objects.ts';
import { hasMagic } from './match-paths.ts';
import type { Place } from './resolve-inputs.ts';

/**
 * What an `s3://` URL names: an object, all objects below it, or a pattern. Throws `NO_INPUT` where there is nothing and
 * `USAGE` for what is no URL of a bucket.
 */
export async function resolveObjectInput(input: string): Promise<Place> {
  const { bucket, key } = parseObjectUrl(input);
  const names = key.split('/');
  const firstMagic = names.findIndex(hasMagic);
  const toUrl = (within: readonly string[]): string => [`s3://${bucket}`, ...within].join('/');
  try {
    if (key !== '' && !key.endsWith('/') && (await hasObject(input))) {
      return { kind: 'file', directory: toLatin1(toUrl(names.slice(0, -1))), name: toLatin1(names.at(-1) ?? '') };
    }
    const directory = toUrl(names.slice(0, firstMagic === -1 ? undefined : firstMagic)).replace(/\/+$/, '');
    if (await hasObjectsBelow(directory)) {
      if (firstMagic === -1) return { kind: 'directory', directory: toLatin1(directory) };
      return { kind: 'glob', directory: toLatin1(directory), pattern: names.slice(firstMagic).join('/') };
    }
  } catch (error) {
    if (systemCode(error) !== 'NoSuchBucket')
      throw systemCode(error) === undefined ? error : ioError('read', input, error);
  }
  throw new AppError('NO_INPUT', `Input \`${input}\` does not exist; check bucket and key.`);
}

function toLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
