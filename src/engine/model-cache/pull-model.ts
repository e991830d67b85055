import { basename, join } from 'node:path';
import { ensureDirectory } from '../../ensure-directory.ts';
import { AppError, ioError, isAppError } from '../../errors.ts';
import { checkModelFile } from '../check-model-file.ts';
import { type RemoteReference, showReference } from '../model-reference.ts';
import { type LocalModel, modelFolder, readRecord, removeIfEmpty, toLocalModel, writeRecord } from './cached-model.ts';
import { type PullTiming, downloadFile } from './download-file.ts';
import { findAddress } from './find-address.ts';
import { keepDownload } from './keep-download.ts';
import { takeLock } from './lock.ts';

export type PullProgress = { readonly file: string; readonly bytes: number; readonly totalBytes: number | null };

/** What a pull has to tell while it goes on. */
export type PullListener = {
  readonly onProgress: (progress: PullProgress) => void;
  readonly onRetry: (problem: string) => void;
  /** Another process pulls the same model. */
  readonly onWait: () => void;
};

export type PullOptions = {
  /** Where the cache is. */
  readonly directory: string;
  /** Never ask the network. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
  readonly listener: PullListener;
  /** Read a cached model again, and bring it anew if it is not as it came. */
  readonly verify?: boolean;
  readonly timing?: PullTiming;
};

/**
 * Gives a model from the cache, or brings it there first. Of several processes of this machine one downloads and the
 * others wait. A model without the pinned SHA-256 is `MODEL_INVALID` and not kept; a download that is stopped
 * (`INCOMPLETE`), or breaks, is gone on with by the next call.
 */
export async function pullModel(
  reference: RemoteReference,
  options: PullOptions,
): Promise<LocalModel & { readonly pulled: boolean }> {
  const folder = modelFolder(options.directory, reference.uri);
  const cached = await findCached(folder, reference, options);
  if (cached !== null) return { ...cached, pulled: false };
  if (options.offline) throw await notCached(folder, reference, options);
  try {
    using _lock = await lockFolder(folder, options);
    // Whoever held the lock may have brought it.
    const brought = await findCached(folder, reference, options);
    return brought === null
      ? { ...(await bringOrLeaveNothing(folder, reference, options)), pulled: true }
      : { ...brought, pulled: false };
  } catch (error) {
    if (!options.signal.aborted) throw error;
    throw stopped(reference, error);
  }
}

/** Takes the lock of a model, which is outside its folder: that may be removed while somebody waits. */
export async function lockFolder(
  folder: string,
  {
    directory,
    signal,
    listener,
  }: { readonly directory: string; readonly signal: AbortSignal; readonly listener: Pick<PullListener, 'onWait'> },
): Promise<Disposable> {
  const locks = join(directory, '.locks');
  await makeDirectory(locks);
  return takeLock(join(locks, basename(folder)), { signal, onWait: listener.onWait });
}

async function findCached(
  folder: string,
  { pin }: RemoteReference,
  { verify = false }: PullOptions,
): Promise<LocalModel | null> {
  const pulled = (await readRecord(folder))?.pulled ?? null;
  if (pulled === null || (pin !== undefined && pin !== pulled.sha256)) return null;
  const model = toLocalModel(folder, pulled);
  return verify && !(await isAsItCame(model)) ? null : model;
}

/** Also a file that is no GGUF file any more is one to bring anew. */
async function isAsItCame({ path, sha256 }: LocalModel): Promise<boolean> {
  try {
    return (await checkModelFile(path, undefined)).sha256 === sha256;
  } catch (error) {
    if (isAppError(error, 'MODEL_INVALID')) return false;
    throw error;
  }
}

/** A wrong name leaves no folder behind. */
async function bringOrLeaveNothing(
  folder: string,
  reference: RemoteReference,
  options: PullOptions,
): Promise<LocalModel> {
  try {
    return await bring(folder, reference, options);
  } catch (error) {
    await removeIfEmpty(folder);
    throw error;
  }
}

const PATIENT: PullTiming = { silenceMs: 60_000, firstPauseMs: 500 };

/** Downloads into a folder in the folder, where an older version of the model stays until the new one is whole. */
async function bring(folder: string, reference: RemoteReference, options: PullOptions): Promise<LocalModel> {
  const { signal, listener, timing = PATIENT } = options;
  const model = showReference(reference.uri);
  const { urls, access, hub } = await findAddress(reference.uri, { signal, timing, onRetry: listener.onRetry });
  const unfinished = join(folder, 'new');
  await makeDirectory(unfinished);
  if ((await readRecord(folder)) === null) await writeRecord(folder, { model, pulled: null });
  const names: string[] = [];
  for (const url of urls) {
    const name = fileNameOf(url);
    await downloadFile(url, join(unfinished, name), {
      source: { model, host: new URL(url).host, hub, token: false },
      access,
      signal,
      timing,
      onProgress: (bytes, totalBytes) => listener.onProgress({ file: name, bytes, totalBytes }),
      onRetry: listener.onRetry,
    });
    names.push(name);
  }
  return keepDownload(folder, { unfinished, names, model, pin: reference.pin });
}

/** The name that the server has for it, as a name that any file system takes. */
function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  const name = last
    .replaceAll(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9._-]/g, '-')
    .replace(/^\.+/, '')
    .slice(-150);
  return name.toLowerCase().endsWith('.gguf') ? name : `${name === '' ? 'model' : name}.gguf`;
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await ensureDirectory(path);
  } catch (cause) {
    throw ioError('make', path, cause);
  }
}

async function notCached(folder: string, { uri, pin }: RemoteReference, { directory }: PullOptions): Promise<AppError> {
  const found = (await readRecord(folder))?.pulled?.sha256;
  const problem =
    found !== undefined && (pin === undefined || pin === found)
      ? `in \`${directory}\` is damaged`
      : `is not in \`${directory}\`${pin === undefined ? '' : ' with this hash'}`;
  return new AppError(
    'MODEL_INVALID',
    `Model \`${showReference(uri)}\` ${problem}, and offline nothing is downloaded; pull it where there is a network.`,
  );
}

function stopped({ uri }: RemoteReference, cause: unknown): AppError {
  return new AppError(
    'INCOMPLETE',
    `Stopped before model \`${showReference(uri)}\` was whole; what came is kept, and the same command goes on from there.`,
    { cause },
  );
}
