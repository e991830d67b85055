import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemCode } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import { callStore } from './client.ts';
import { toInput } from './location.ts';

/** What the store knows of an object without its bytes. */
export type ObjectFacts = {
  readonly bytes: number;
  readonly modifiedAtMs: number;
  readonly etag: string | undefined;
  /** The mark that its writer put on it. */
  readonly mark: string | undefined;
};

/** Facts of the object at a URL; throws `ENOENT` where there is none. */
export async function headObject(url: string): Promise<ObjectFacts> {
  const head = await callStore(({ sdk, client }) => client.send(new sdk.HeadObjectCommand(toInput(url))));
  return {
    bytes: head.ContentLength ?? 0,
    modifiedAtMs: head.LastModified?.getTime() ?? 0,
    etag: head.ETag,
    mark: head.Metadata?.[MARK],
  };
}

/** Whether there is an object at a URL. */
export async function hasObject(url: string): Promise<boolean> {
  try {
    await headObject(url);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Writes an object whole, over one that is there. */
export async function putObject(url: string, content: Uint8Array | string): Promise<void> {
  const bytes = Buffer.from(content);
  await callStore(({ sdk, client }) =>
    client.send(new sdk.PutObjectCommand({ ...toInput(url), Body: bytes, ContentLength: bytes.byteLength })),
  );
}

/**
 * Writes an object whole, unless there is one: then throws `EEXIST`. `mark` goes with it, so that a writer who lost the
 * reply can tell its own object from another's. The bytes are in memory, or in a local file of any length.
 */
export async function putIfAbsent(
  url: string,
  content: Uint8Array | { readonly file: string },
  mark: string,
): Promise<void> {
  await callStore(async ({ sdk, client }) => {
    const body =
      content instanceof Uint8Array
        ? { Body: content, ContentLength: content.byteLength }
        : { Body: createReadStream(content.file), ContentLength: (await stat(content.file)).size };
    const input = { ...toInput(url), ...body, IfNoneMatch: '*', Metadata: { [MARK]: mark } };
    faultPoint('object.sending', url);
    await client.send(new sdk.PutObjectCommand(input));
    faultPoint('object.stored', url);
  });
}

/** Removes an object; one that is not there is fine. */
export async function deleteObject(url: string): Promise<void> {
  await callStore(({ sdk, client }) => client.send(new sdk.DeleteObjectCommand(toInput(url))));
}

const MARK = 'docmill-mark';
