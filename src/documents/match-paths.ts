import { matchesGlob } from 'node:path';
import { AppError } from '../errors.ts';
import type { Selection } from './resolve-inputs.ts';

/** Which paths below a directory are taken by its globs, or all. */
export type Matcher = {
  matches(path: string): boolean;
  mayMatchBelow(prefix: string): boolean;
  refuseUnmatched(): void;
};

/** The matcher of a selection; `refuseUnmatched` throws `NO_INPUT` for a glob that has matched nothing. */
export function createMatcher({ directory, everything, globs }: Selection): Matcher {
  const unmatched = new Set(globs);
  const depths = [...globs].map((glob) => (/\*\*|[{(]/.test(glob) ? Number.POSITIVE_INFINITY : glob.split('/').length));
  const maxDepth = everything ? Number.POSITIVE_INFINITY : Math.max(0, ...depths);

  const matches = (path: string): boolean => {
    if (everything && unmatched.size === 0) return true;
    const hits = [...globs].filter((glob) => matchesGlob(toText(path), glob));
    for (const glob of hits) unmatched.delete(glob);
    return everything || hits.length > 0;
  };

  const refuseUnmatched = (): void => {
    for (const glob of unmatched) {
      throw new AppError(
        'NO_INPUT',
        `No file below \`${toText(directory)}\` matches the input pattern \`${glob}\`; check the pattern.`,
      );
    }
  };

  return { matches, mayMatchBelow: (prefix) => prefix.split('/').length <= maxDepth, refuseUnmatched };
}

/** Whether a name in a path is a pattern. */
export function hasMagic(name: string): boolean {
  return /[*?[{]|[!+@]\(/.test(name);
}

/** A path of one character per byte as text. */
export function toText(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}
