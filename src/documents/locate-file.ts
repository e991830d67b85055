import { realpath } from 'node:fs/promises';
import type { Source } from '../../schemas/plan.ts';
import { AppError, ioError, systemCode } from '../errors.ts';
import { isObjectUrl } from '../object-storage/location.ts';
import { pathFromId } from './id.ts';
import { type FileRefusal, toFileRefusal } from './open-file.ts';

export type LocatedFile =
  | { readonly status: 'located'; readonly path: Buffer }
  | { readonly status: 'refused'; readonly refusal: FileRefusal };

/**
 * The real path of a source's file, or the URL of its object. Plans are not trusted: a path that is no plain way down,
 * or that leads out of its root through a link, is refused. A root that is not known or not there says nothing about the
 * document: it throws `NO_INPUT`.
 */
export async function locateFile(source: Source, roots: Readonly<Record<string, string>>): Promise<LocatedFile> {
  const root = await realRoot(source.root, roots);
  const relative = pathFromId(source.path);
  if (!isPlainWayDown(relative.toString('latin1'))) return outside();
  if (isObjectUrl(root.toString())) return { status: 'located', path: Buffer.concat([root, slash, relative]) };
  const prefix = root.equals(slash) ? slash : Buffer.concat([root, slash]);
  const wanted = Buffer.concat([prefix, relative]);
  try {
    const path = await realpath(wanted, { encoding: 'buffer' });
    return path.subarray(0, prefix.length).equals(prefix) ? { status: 'located', path } : outside();
  } catch (error) {
    return { status: 'refused', refusal: toFileRefusal(error, wanted) };
  }
}

const slash = Buffer.from('/');

function outside(): LocatedFile {
  return { status: 'refused', refusal: { code: 'UNREADABLE', cause: 'outside its root' } };
}

async function realRoot(name: string, roots: Readonly<Record<string, string>>): Promise<Buffer> {
  const directory = Object.hasOwn(roots, name) ? roots[name] : undefined;
  if (directory === undefined) throw missingRoot(name, 'is not known here');
  if (isObjectUrl(directory)) return Buffer.from(directory.replace(/\/+$/, ''));
  try {
    // The slash makes the system refuse what is not a directory.
    return await realpath(`${directory}/`, { encoding: 'buffer' });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw missingRoot(name, `is not at \`${directory}\``);
    throw ioError('open the input root', directory, error);
  }
}

function missingRoot(name: string, what: string): AppError {
  return new AppError(
    'NO_INPUT',
    `Input root \`${name}\` ${what}; say where it is with \`--input-root ${name}=DIR\`, or mount it.`,
    { details: { root: name } },
  );
}

/** One or more names, none of them empty, `.` or `..`, without NUL. */
export function isPlainWayDown(path: string): boolean {
  const names = path.split('/');
  return names.every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'));
}
