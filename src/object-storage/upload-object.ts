import { callStore } from './client.ts';
import { toInput } from './location.ts';
import { putObject } from './objects.ts';

/** Of the 10,000 pieces that an object may have; so it may have 320 GB. */
const PIECE_BYTES = 32 * 1024 * 1024;

/**
 * Writes an object of any length, over one that is there; nobody sees it before it is whole. Holds one piece in memory.
 */
export async function uploadObject(
  url: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  pieceBytes = PIECE_BYTES,
): Promise<void> {
  const pieces = inPieces(chunks, pieceBytes);
  const first = await pieces.next();
  const second = first.done === true ? first : await pieces.next();
  if (second.done === true) {
    await putObject(url, first.done === true ? Buffer.alloc(0) : first.value);
    return;
  }
  const upload = await beginUpload(url);
  try {
    if (first.done !== true) await upload.add(first.value);
    await upload.add(second.value);
    for await (const piece of pieces) await upload.add(piece);
    await upload.complete();
  } catch (error) {
    // A store keeps, and bills, the pieces of an upload that nobody ends.
    await upload.abort().catch(() => undefined);
    throw error;
  }
}

async function beginUpload(url: string) {
  const { UploadId: id } = await callStore(({ sdk, client }) =>
    client.send(new sdk.CreateMultipartUploadCommand(toInput(url))),
  );
  const named = { ...toInput(url), UploadId: id };
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  return {
    add: async (piece: Uint8Array): Promise<void> => {
      const number = parts.length + 1;
      const { ETag } = await callStore(({ sdk, client }) =>
        client.send(new sdk.UploadPartCommand({ ...named, PartNumber: number, Body: piece })),
      );
      parts.push({ PartNumber: number, ETag });
    },
    complete: async (): Promise<void> => {
      await callStore(({ sdk, client }) =>
        client.send(new sdk.CompleteMultipartUploadCommand({ ...named, MultipartUpload: { Parts: parts } })),
      );
    },
    abort: async (): Promise<void> => {
      await callStore(({ sdk, client }) => client.send(new sdk.AbortMultipartUploadCommand(named)));
    },
  };
}

/** The same bytes in pieces of equal length, the last one aside. */
async function* inPieces(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  pieceBytes: number,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    while (bytes + rest.byteLength >= pieceBytes) {
      const taken = rest.subarray(0, pieceBytes - bytes);
      yield Buffer.concat([...held, taken]);
      rest = rest.subarray(taken.byteLength);
      held = [];
      bytes = 0;
    }
    // Whoever gives the chunks may use their memory again.
    if (rest.byteLength > 0) held.push(Buffer.from(rest));
    bytes += rest.byteLength;
  }
  if (bytes > 0) yield Buffer.concat(held);
}
