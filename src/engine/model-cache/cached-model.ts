import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256Schema } from '../../../schemas/ids.ts';
import { parseJson } from '../../../schemas/json.ts';
import { ioError, systemCode } from '../../errors.ts';
import { sha256Of } from '../../sha256.ts';

const RECORD = 'model.json';

/** What stands beside the files of a pulled model. */
const pulledSchema = z.object({
  /** Names in the model's folder, in the order of the parts. */
  files: z.array(z.object({ name: z.string(), bytes: z.int() })).min(1),
  sha256: sha256Schema,
  architecture: z.string(),
  quantization: z.string().nullable(),
  pulledAt: z.iso.datetime(),
});
/** `pulled` is null while the model is not whole. */
const recordSchema = z.object({ model: z.string(), pulled: pulledSchema.nullable() });
export type PulledModel = z.infer<typeof pulledSchema>;
export type ModelRecord = z.infer<typeof recordSchema>;

/** A model in the cache; `path` is that of its first file. */
export type LocalModel = Omit<PulledModel, 'files' | 'pulledAt'> & { readonly path: string; readonly bytes: number };

/** The folder of one model in the cache: one for each reference, whatever its pin. */
export function modelFolder(directory: string, uri: string): string {
  const [name = ''] = uri.replace(/^(hf|https?):(\/\/)?/, '').split(/[?#]/, 1);
  const readable = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(-60)
    .replace(/^[.-]+/, '');
  return join(directory, `${readable}-${sha256Of(uri).slice(0, 8)}`);
}

/** Reads what is known of a model; null where there is none, or its files are not those that were pulled. */
export async function readRecord(folder: string): Promise<ModelRecord | null> {
  const record = recordSchema.safeParse(parseJson(await readText(join(folder, RECORD))));
  if (!record.success) return null;
  const { model, pulled } = record.data;
  for (const { name, bytes } of pulled?.files ?? []) {
    if ((await sizeOf(join(folder, name))) !== bytes) return { model, pulled: null };
  }
  return { model, pulled };
}

/** A pulled model as it is used. */
export function toLocalModel(folder: string, { files, sha256, architecture, quantization }: PulledModel): LocalModel {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { path: join(folder, files[0]?.name ?? ''), bytes, sha256, architecture, quantization };
}

/** Replaces what is known of a model; makes its folder. */
export async function writeRecord(folder: string, record: ModelRecord): Promise<void> {
  const path = join(folder, RECORD);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(record, null, 2));
    await rename(`${path}.new`, path);
  } catch (cause) {
    throw ioError('write', path, cause);
  }
}

/** What the cache holds of one model, and the bytes that came of it. */
export type CachedModel = { readonly folder: string; readonly record: ModelRecord; readonly bytes: number };

/** The models of the cache, also those that are not whole, in order of their folders. */
export async function listModels(directory: string): Promise<CachedModel[]> {
  const models = [];
  for (const name of (await namesIn(directory)).sort()) {
    const folder = join(directory, name);
    const record = await readRecord(folder);
    if (record !== null) models.push({ folder, record, bytes: await modelBytesIn(folder) });
  }
  return models;
}

/** Removes a model and what was begun of it. */
export async function removeModel(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (cause) {
    throw ioError('remove', folder, cause);
  }
}

/** Removes the folder of a model of which nothing came. */
export async function removeIfEmpty(folder: string): Promise<void> {
  const record = await readRecord(folder);
  if ((record?.pulled ?? null) === null && (await modelBytesIn(folder)) === 0) await removeModel(folder);
}

/** Removes what is in a model's folder besides these files: what an older version was, and how the new one came. */
export async function removeOthers(folder: string, names: readonly string[]): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (name !== RECORD && !names.includes(name)) await removeModel(join(folder, name));
  }
}

/** What is not ours in JSON is a model's. */
async function modelBytesIn(folder: string): Promise<number> {
  const names = (await namesIn(folder, { recursive: true })).filter((name) => !name.endsWith('.json'));
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function namesIn(directory: string, options = { recursive: false }): Promise<string[]> {
  try {
    return await readdir(directory, options);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return [];
    throw ioError('read', directory, cause);
  }
}

/** Empty for a file that is not there. */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return '';
    throw ioError('read', path, cause);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats.size : 0;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return 0;
    throw ioError('read', path, cause);
  }
}
