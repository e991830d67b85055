import type { Sha256 } from '../../schemas/ids.ts';
import { createHasher, sha256Of } from '../sha256.ts';
import { maxDocumentBytes } from './limits.ts';

/** The bytes of a record; of more than `maxDocumentBytes` only the hash. */
export type HeldBytes = { readonly length: number } & (
  | { readonly bytes: Buffer }
  | { readonly bytes: null; readonly sha256: Sha256 }
);

/**
 * A record that grows: its pieces are copied and held until they are too many, then only hashed, behind the bytes of
 * `before`. `finish` adds the last piece, whose memory the result may share.
 */
export function createHeldBytes(before: Buffer | null): {
  readonly add: (piece: Buffer) => void;
  readonly finish: (piece: Buffer) => HeldBytes;
} {
  const held: Buffer[] = [];
  let length = 0;
  let hasher: ReturnType<typeof createHasher> | null = null;

  const add = (piece: Buffer): void => {
    if (piece.length === 0) return;
    length += piece.length;
    if (hasher === null && length <= maxDocumentBytes) {
      held.push(Buffer.from(piece));
      return;
    }
    if (hasher === null) {
      hasher = createHasher();
      if (before !== null) hasher.add(before);
    }
    for (const earlier of held.splice(0)) hasher.add(earlier);
    hasher.add(piece);
  };

  const finish = (piece: Buffer): HeldBytes => {
    if (length + piece.length > maxDocumentBytes) add(piece);
    if (hasher !== null) return { length, bytes: null, sha256: hasher.finish() };
    const bytes = held.length === 0 ? piece : Buffer.concat([...held, piece]);
    return { length: bytes.length, bytes };
  };

  return { add, finish };
}

/** SHA-256 of a record and what is read with it. */
export function hashBehind(before: Buffer | null, bytes: Buffer): Sha256 {
  return sha256Of(before === null ? bytes : Buffer.concat([before, bytes]));
}
