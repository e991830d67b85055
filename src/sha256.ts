import { createHash, hash } from 'node:crypto';
import { type Sha256, sha256Schema } from '../schemas/ids.ts';

/** SHA-256 of bytes that are in memory, or of a text in UTF-8. */
export function sha256Of(content: Uint8Array | string): Sha256 {
  return sha256Schema.parse(hash('sha256', content, 'hex'));
}

/** A SHA-256 that grows piece by piece, for bytes that do not stay in memory. */
export function createHasher(): { add(bytes: Uint8Array): void; finish(): Sha256 } {
  const hasher = createHash('sha256');
  return {
    add: (bytes) => {
      hasher.update(bytes);
    },
    finish: () => sha256Schema.parse(hasher.digest('hex')),
  };
}
