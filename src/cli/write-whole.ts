import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtempDisposable, open, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, ioError } from '../errors.ts';

/** Writes the lines to the file `out`, or to stdout for `-`: nothing of them is seen before all of them are there. */
export async function writeWhole(out: string, lines: AsyncIterable<string>): Promise<void> {
  if (out === '-') {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'docmill-export-'));
    const draft = join(directory.path, 'lines.jsonl');
    await writeDraft(draft, lines);
    await pipeline(createReadStream(draft), process.stdout, { end: false });
    return;
  }
  await assertNoDirectory(out);
  const draft = draftOf(out);
  try {
    await writeDraft(draft, lines);
    await replace(draft, out);
  } finally {
    await rm(draft, { force: true });
  }
}

export type LineOfFile = { readonly path: string; readonly line: string };

/** Writes each line to its file, one of `paths`: all files or none. `check` may still throw when all lines are there. */
export async function writeAllWhole(
  paths: readonly string[],
  lines: AsyncIterable<LineOfFile>,
  check: () => void,
): Promise<void> {
  for (const path of paths) await assertNoDirectory(path);
  try {
    await writeDrafts(paths, lines);
    check();
    for (const path of paths) await replace(draftOf(path), path);
  } finally {
    for (const path of paths) await rm(draftOf(path), { force: true });
  }
}

/** Before the work, not when its draft cannot take the directory's place. */
async function assertNoDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() !== true) return;
  throw new AppError('OUTPUT_UNUSABLE', `\`${path}\` is a directory; give the name of a file.`);
}

async function writeDrafts(paths: readonly string[], lines: AsyncIterable<LineOfFile>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const files = new Map<string, FileHandle>();
  for (const path of paths) files.set(path, stack.use(await openDraft(draftOf(path))));
  for await (const { path, line } of lines) {
    const file = files.get(path);
    if (file !== undefined) await appendLine(file, line, draftOf(path));
  }
}

async function writeDraft(draft: string, lines: AsyncIterable<string>): Promise<void> {
  await using file = await openDraft(draft);
  for await (const line of lines) await appendLine(file, line, draft);
}

async function openDraft(draft: string): Promise<FileHandle> {
  return open(draft, 'w').catch((cause: unknown) => {
    throw new AppError('OUTPUT_UNUSABLE', `Cannot write \`${draft}\`; check that its directory exists.`, { cause });
  });
}

async function appendLine(file: FileHandle, line: string, draft: string): Promise<void> {
  await file.appendFile(line).catch((cause: unknown) => {
    throw ioError('write', draft, cause);
  });
}

function draftOf(path: string): string {
  return `${path}.${process.pid}.draft`;
}

async function replace(draft: string, path: string): Promise<void> {
  await rename(draft, path).catch((cause: unknown) => {
    throw ioError('write', path, cause);
  });
}
