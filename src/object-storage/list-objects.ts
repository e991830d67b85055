import { callStore } from './client.ts';
import { parseObjectUrl } from './location.ts';

/** An object below a prefix; `name` is its key without the prefix. */
export type ListedObject = { readonly name: string; readonly bytes: number; readonly modifiedAtMs: number };

/** Every object whose key begins with that of `prefix`, in UTF-8 byte order of the keys; one page is held at a time. */
export async function* listObjects(prefix: string): AsyncGenerator<ListedObject> {
  for await (const { objects } of listPages(prefix)) yield* objects;
}

/** Whether there is any object below a URL, which ends in no slash. */
export async function hasObjectsBelow(url: string): Promise<boolean> {
  for await (const _ of listObjects(`${url}/`)) return true;
  return false;
}

/** The names directly below a prefix that ends in `/`: objects, and what holds objects itself. */
export async function listNames(
  prefix: string,
): Promise<{ readonly objects: readonly ListedObject[]; readonly folders: readonly string[] }> {
  const objects: ListedObject[] = [];
  const folders: string[] = [];
  for await (const page of listPages(prefix, '/')) {
    objects.push(...page.objects);
    folders.push(...page.folders);
  }
  return { objects, folders };
}

type Page = { readonly objects: readonly ListedObject[]; readonly folders: readonly string[] };

async function* listPages(prefix: string, delimiter?: string): AsyncGenerator<Page> {
  const { bucket, key } = parseObjectUrl(prefix);
  let token: string | undefined;
  do {
    const page = await callStore(({ sdk, client }) =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: key,
          // XML cannot hold every character of a key.
          EncodingType: 'url',
          ...(delimiter !== undefined && { Delimiter: delimiter }),
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      ),
    );
    const decode = page.EncodingType === 'url' ? decodeKey : (text: string) => text;
    const nameOf = (text: string | undefined): string => decode(text ?? '').slice(key.length);
    yield {
      objects: (page.Contents ?? []).map(({ Key, Size, LastModified }) => ({
        name: nameOf(Key),
        bytes: Size ?? 0,
        modifiedAtMs: LastModified?.getTime() ?? 0,
      })),
      folders: (page.CommonPrefixes ?? []).map(({ Prefix }) => nameOf(Prefix).replace(/\/$/, '')),
    };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

function decodeKey(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
