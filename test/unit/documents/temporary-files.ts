import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type TemporaryFiles = AsyncDisposable & {
  readonly directory: string;
  /** Writes a file, with its directories; returns its path. A name may hold one character per byte. */
  write(name: string, content: string | Uint8Array): Promise<string>;
};

/** A directory of one test below `root`, removed at its end. */
export async function createTemporaryFiles(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  root: string = tmpdir(),
) {
  const directory = await mkdtemp(join(root, 'docmill-test-'));
  const temporary: TemporaryFiles = {
    directory,
    write: async (name, content) => {
      const path = `${directory}/${name}`;
      await mkdir(Buffer.from(dirname(path), 'latin1'), { recursive: true });
      await writeFile(Buffer.from(path, 'latin1'), content);
      return path;
    },
    [Symbol.asyncDispose]: async () => {
      await chmod(directory, 0o755);
      await rm(directory, { recursive: true, force: true });
    },
  };
  for (const [name, content] of Object.entries(files)) await temporary.write(name, content);
  return temporary;
}

/** A stream of the given pieces, as stdin would be. */
export async function* streamOf(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}
