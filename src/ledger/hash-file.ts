import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Sha256, sha256Schema } from '../../schemas/ids.ts';
import { systemCode } from '../errors.ts';

/** SHA-256 of a file of the ledger, in constant memory; null when it is not there. */
export async function hashFile(path: string): Promise<Sha256 | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  return sha256Schema.parse(hash.digest('hex'));
}
