import { type FileHandle, open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAppError } from '../../errors.ts';
import { readPartial, removePartial, writeVersion } from './partial-file.ts';
import { type Attempt, tryPatiently } from './patience.ts';
import { type ModelSource, noSpaceError, refusalOf, unreachableError, writeError } from './pull-errors.ts';
import { type FileAnswer, describeNetworkError, requestFile } from './request-file.ts';
import { watchForSilence } from './silence.ts';

/** How long a server may be silent, and how long to wait before the first next try. */
export type PullTiming = { readonly silenceMs: number; readonly firstPauseMs: number };

export type DownloadOptions = {
  readonly source: ModelSource;
  readonly access: readonly Readonly<Record<string, string>>[];
  readonly signal: AbortSignal;
  readonly timing: PullTiming;
  readonly onProgress: (bytes: number, totalBytes: number | null) => void;
  readonly onRetry: (problem: string) => void;
};

/**
 * Downloads a file to `path`, going on with what an earlier call left there if the server still has the same file, and
 * trying again when the connection breaks. The file is whole and synced when the call returns. When it throws, or its
 * process dies, what came so far stays. Throws the signal's reason, or the error that says what to do.
 */
export async function downloadFile(url: string, path: string, options: DownloadOptions): Promise<void> {
  let { bytes } = await readPartial(path);
  const onProgress = (now: number, total: number | null): void => {
    bytes = now;
    options.onProgress(now, total);
  };
  const result = await tryPatiently(() => attemptDownload(url, path, { ...options, onProgress }), {
    signal: options.signal,
    progress: () => bytes,
    onRetry: options.onRetry,
    firstPauseMs: options.timing.firstPauseMs,
  });
  if ('problem' in result) throw unreachableError(options.source, result.problem, bytes);
}

async function attemptDownload(url: string, path: string, options: DownloadOptions): Promise<Attempt<true>> {
  const partial = await readPartial(path);
  using silence = watchForSilence(options.timing.silenceMs);
  const signal = AbortSignal.any([options.signal, silence.signal]);
  try {
    const answer = await requestFile(url, partial, { access: options.access, signal });
    switch (answer.status) {
      case 'sent':
        return await receive(answer, path, { ...options, onBytes: silence.restart });
      case 'whole':
        return WHOLE;
      case 'changed':
        await removePartial(path);
        return { done: false, problem: 'the file there has changed' };
      case 'refused': {
        const error = refusalOf(answer.code, { ...options.source, token: answer.token });
        if (error !== null) throw error;
        return { done: false, problem: `HTTP ${answer.code}` };
      }
      default:
        return answer satisfies never;
    }
  } catch (error) {
    options.signal.throwIfAborted();
    if (isAppError(error)) throw error;
    return { done: false, problem: describeNetworkError(silence.signal.aborted ? silence.signal.reason : error) };
  }
}

const WHOLE = { done: true, value: true } as const;

/** Writes what is sent behind what is there, or in its place. */
async function receive(
  { start, version, body }: FileAnswer & { readonly status: 'sent' },
  path: string,
  options: DownloadOptions & { readonly onBytes: () => void },
): Promise<Attempt<true>> {
  const { totalBytes } = version;
  await assertSpace(path, (totalBytes ?? 0) - start);
  await using file = await writing(path, () => open(path, start === 0 ? 'w' : 'r+'));
  if (start === 0) await writing(path, () => writeVersion(path, version));
  let position = start;
  options.onProgress(position, totalBytes);
  for await (const chunk of body) {
    options.onBytes();
    await writing(path, () => writeAll(file, chunk, position));
    position += chunk.byteLength;
    options.onProgress(position, totalBytes);
  }
  if (totalBytes !== null && position !== totalBytes) return { done: false, problem: 'it ended too early' };
  await writing(path, () => file.sync());
  return WHOLE;
}

async function assertSpace(path: string, neededBytes: number): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(dirname(path));
  // A file system that does not count its blocks says nothing about its space.
  if (blocks > 0 && bavail * bsize < neededBytes) throw noSpaceError(path, neededBytes, bavail * bsize);
}

/** A write may take less than it was given, as the last one does before a disk is full. */
async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, position + done);
    done += bytesWritten;
  }
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw writeError(path, cause);
  }
}
