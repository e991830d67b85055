import { readConfig } from '../config.ts';
import { parseModelReference } from '../engine/model-reference.ts';
import {
  type CachedModel,
  listModels,
  modelFolder,
  readRecord,
  removeModel,
  toLocalModel,
} from '../engine/model-cache/cached-model.ts';
import { lockFolder } from '../engine/model-cache/pull-model.ts';
import { AppError } from '../errors.ts';
import { listenForShutdown } from '../shutdown.ts';
import { formatBytes } from '../format.ts';
import { note, print, printFacts, toTable } from './output.ts';
import { createPullReporter } from './pull-reporter.ts';
import { toTerminal } from './terminal-text.ts';

type CacheFlags = { readonly dir?: string; readonly json?: boolean };

/** `docmill models list`: what is in the cache, also what is not whole yet. */
export async function listCache(flags: CacheFlags): Promise<void> {
  const { models: directory } = readConfig({ models: flags.dir }, process.env, process.cwd());
  const models = (await listModels(directory)).map(toRow);
  if (models.length === 0) note(`There are no models in \`${directory}\`; \`docmill models pull\` brings one.`);
  const rows = models.map(({ model, bytes, quantization, sha256 }) => [
    toTerminal(model),
    formatBytes(bytes),
    quantization ?? '',
    sha256 ?? 'not whole; pull it again',
  ]);
  const table = toTable([['MODEL', 'SIZE', 'QUANTISATION', 'SHA256'], ...rows]);
  await printFacts(flags.json, models, models.length === 0 ? [] : table);
}

/** What came so far is all that is known of a model that is not whole. */
function toRow({ folder, record: { model, pulled }, bytes }: CachedModel) {
  if (pulled === null) return { model, bytes, ...UNKNOWN };
  return { model, pulledAt: pulled.pulledAt, ...toLocalModel(folder, pulled) };
}

const UNKNOWN = { path: null, sha256: null, architecture: null, quantization: null, pulledAt: null };

/** `docmill models rm`: takes a model out of the cache. */
export async function removeFromCache(given: string, flags: CacheFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const { models: directory } = readConfig({ models: flags.dir }, process.env, process.cwd());
  const reference = parseModelReference(given);
  const folder = reference.kind === 'remote' ? modelFolder(directory, reference.uri) : null;
  if (folder === null || (await readRecord(folder)) === null) {
    throw new AppError(
      'NO_INPUT',
      `Model \`${given}\` is not in \`${directory}\`; \`docmill models list\` shows what is.`,
    );
  }
  using listener = createPullReporter();
  using _lock = await lockFolder(folder, { directory, signal: shutdown.signal, listener });
  await removeModel(folder);
  await print(flags.json === true ? JSON.stringify({ model: given, removed: true }) : `Removed ${toTerminal(given)}.`);
}
