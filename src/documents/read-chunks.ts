import type { FileHandle } from 'node:fs/promises';

type Slice = { readonly offset: number; readonly length: number };

/**
 * The bytes of an open file from start to end, or those of one slice, piece by piece. The memory of a piece is used
 * again for the next one: copy what must stay.
 */
export async function* readChunks(
  handle: FileHandle,
  fileBytes: number,
  slice: Slice = { offset: 0, length: Number.POSITIVE_INFINITY },
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(fileBytes + 1, slice.length, chunkBytes));
  let done = 0;
  while (done < slice.length) {
    const wanted = Math.min(buffer.length, slice.length - done);
    const { bytesRead } = await handle.read(buffer, 0, wanted, slice.offset + done);
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
    done += bytesRead;
    // A short read that ends where the file's size said it would is the end; asking once more would cost a system call.
    if (bytesRead === 0 || (bytesRead < wanted && slice.offset + done === fileBytes)) return;
  }
}

const chunkBytes = 256 * 1024;
