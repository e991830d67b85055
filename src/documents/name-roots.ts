import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import { toDocumentId } from './id.ts';
import type { Selection } from './resolve-inputs.ts';

/** The root that holds what came from stdin; no directory of the user gets this name. */
export const stdinRootName = 'input';

/** An input directory with the name under which the run knows it. */
export type Root = { readonly name: string; readonly path: string; readonly selection: Selection };

/**
 * Names each directory by its base name, made unique by `-2`, `-3`, … in byte order of the directories' paths, so that
 * the same inputs in any order give the same names. `=` is encoded, since names stand in `--input-root NAME=DIR`.
 */
export function nameRoots(selections: readonly Selection[]): readonly Root[] {
  const taken = new Set([stdinRootName]);
  return selections.map((selection) => {
    const base = toDocumentId(basename(selection.directory)).replaceAll('=', '%3D') || 'root';
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
    taken.add(name);
    return { name, path: toPathText(selection.directory), selection };
  });
}

/** The path as text, as `run.json` and options carry it. */
function toPathText(directory: string): string {
  const bytes = Buffer.from(directory, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new AppError(
    'USAGE',
    `The path of input directory \`${bytes.toString('utf8')}\` is not valid UTF-8; rename it, or bind it under another name.`,
  );
}
