import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../../../schemas/json.ts';
import { systemCode } from '../../errors.ts';

/** What is known of a download that is not whole: a server gives the rest only if the file is still the same. */
const versionSchema = z.object({
  /** Strong entity tag, or date of the last change; null where the server said neither. */
  validator: z.string().nullable(),
  totalBytes: z.int().min(0).nullable(),
});
export type Version = z.infer<typeof versionSchema>;

export type PartialFile = { readonly bytes: number; readonly version: Version };

/** How much of a download is there, and of what version; nothing, where going on with it could mix two versions. */
export async function readPartial(path: string): Promise<PartialFile> {
  const bytes = await sizeOf(path);
  const version = versionSchema.safeParse(parseJson(await readFile(versionPath(path), 'utf8').catch(() => '')));
  if (!version.success || version.data.validator === null || bytes > (version.data.totalBytes ?? Infinity))
    return NOTHING;
  return { bytes, version: version.data };
}

/** Notes the version that the file at `path`, which has to be empty by now, is going to be. */
export async function writeVersion(path: string, version: Version): Promise<void> {
  await writeFile(versionPath(path), JSON.stringify(version));
}

/** Removes a download, so that the next try starts over. */
export async function removePartial(path: string): Promise<void> {
  for (const each of [path, versionPath(path)]) await rm(each, { force: true });
}

/** Of a download that has not begun. */
export const NOTHING: PartialFile = { bytes: 0, version: { validator: null, totalBytes: null } };

function versionPath(path: string): string {
  return `${path}.json`;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
