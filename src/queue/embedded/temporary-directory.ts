import { tmpdir } from 'node:os';

/** A socket's path may have about 107 bytes; this much of it is left for the directory. */
const LONGEST_BYTES = 70;

/** The temporary directory, or `/tmp` where a socket in it would have too long a path. */
export function shortTemporaryDirectory(): string {
  return Buffer.byteLength(tmpdir()) <= LONGEST_BYTES ? tmpdir() : '/tmp';
}
