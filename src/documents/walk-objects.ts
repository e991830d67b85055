import { AppError } from '../errors.ts';
import { listObjects } from '../object-storage/list-objects.ts';
import { isPlainWayDown } from './locate-file.ts';
import { type Matcher, createMatcher } from './match-paths.ts';
import type { Selection } from './resolve-inputs.ts';
import type { WalkOptions } from './walk-files.ts';

/**
 * The selected objects below a prefix, as `walkFiles` gives files: keys relative to it, in byte order, one character per
 * byte. Names that begin with `.` are counted and left alone, as are keys that name no file, such as `a//b`. Throws `IO`
 * for a store that lists in another order, since the same input would not make the same run.
 */
export async function* walkObjects(selection: Selection, options: WalkOptions): AsyncGenerator<string> {
  if (!selection.everything && selection.globs.size === 0) {
    yield* [...selection.files].sort();
    return;
  }
  const matcher = createMatcher(selection);
  for await (const name of listInOrder(selection, options)) {
    const decision = selection.files.has(name) ? 'taken' : decide(name, matcher);
    if (decision === 'taken') yield name;
    else if (decision !== 'passed-over') options.ignored[decision] += 1;
  }
  matcher.refuseUnmatched();
}

async function* listInOrder({ directory }: Selection, { exclude, signal }: WalkOptions): AsyncGenerator<string> {
  const url = Buffer.from(directory, 'latin1').toString();
  let last = '';
  for await (const object of listObjects(`${url}/`)) {
    signal?.throwIfAborted();
    const name = Buffer.from(object.name).toString('latin1');
    if (name < last) throw notInOrder(url);
    last = name;
    if (exclude === undefined || !`${url}/${object.name}`.startsWith(`${exclude}/`)) yield name;
  }
}

function decide(name: string, matcher: Matcher): 'taken' | 'passed-over' | 'hidden' | 'specialFiles' {
  // What people see as an empty folder.
  if (name === '' || name.endsWith('/')) return 'passed-over';
  if (/(^|\/)\./.test(name)) return 'hidden';
  if (!matcher.matches(name)) return 'passed-over';
  return isPlainWayDown(name) ? 'taken' : 'specialFiles';
}

function notInOrder(url: string): AppError {
  return new AppError(
    'IO',
    `The store does not list \`${url}\` in the order of its keys; copy the documents elsewhere.`,
  );
}
