import { createHash } from 'node:crypto';
import { type Sha256, sha256Schema } from '../../schemas/ids.ts';
import { systemCode } from '../errors.ts';
import { storeOf } from './store-of.ts';

/** SHA-256 of a file of the ledger, in constant memory; null when it is not there. */
export async function hashFile(path: string): Promise<Sha256 | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of storeOf(path).chunks(path)) hash.update(chunk);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  return sha256Schema.parse(hash.digest('hex'));
}
