import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError, documentErrors, ioError, isAppError, programErrors, systemCode } from '../../src/errors.ts';

const root = join(import.meta.dirname, '../..');

/** The cells of the tables of `docs/errors.md` whose first cell is a code. */
function documentedRows(): string[][] {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  return page
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+` \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const isOfProgram = (cells: readonly string[]): boolean => cells.length === 4;

/** All source files but the one that declares the codes. */
function sources(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'errors.ts')
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'));
}

describe('the documented errors', () => {
  test('are all of documents, with status, retry and meaning, and no other', () => {
    const documented = documentedRows().filter((cells) => !isOfProgram(cells));
    const expected = Object.entries(documentErrors).map(([code, { status, retryable, meaning }]) => [
      `\`${code}\``,
      status,
      retryable ? 'yes' : 'no',
      meaning,
    ]);
    expect(documented.map((cells) => cells.slice(0, 4))).toEqual(expected);
  });

  test('are all of the program, with exit code and meaning, and no other', () => {
    const documented = documentedRows().filter(isOfProgram);
    const expected = Object.entries(programErrors).map(([code, { exit, meaning }]) => [
      `\`${code}\``,
      `${exit}`,
      meaning,
    ]);
    expect(documented.map((cells) => cells.slice(0, 3))).toEqual(expected);
  });

  test('each say what to do', () => {
    for (const cells of documentedRows()) expect(cells.at(-1)).toMatch(/^[A-Z`].*\.$/);
  });
});

describe('a code', () => {
  const texts = sources();

  test.for([...Object.keys(documentErrors), ...Object.keys(programErrors)])('%s is used somewhere', (code) => {
    const used = new RegExp(`['.]${code}\\b`);
    expect(texts.some((text) => used.test(text))).toBe(true);
  });

  test('is never that of a document and of the program at once', () => {
    const shared = Object.keys(documentErrors).filter((code) => Object.hasOwn(programErrors, code));
    expect(shared).toEqual([]);
  });
});

describe('an error of the program', () => {
  test('knows its exit code, its facts and its cause', () => {
    const cause = new Error('why');
    const error = new AppError('NO_INPUT', 'There is nothing.', { details: { root: 'docs' }, cause });
    expect(error).toMatchObject({ exitCode: 66, details: { root: 'docs' }, cause });
    expect([isAppError(error), isAppError(error, 'NO_INPUT'), isAppError(error, 'IO')]).toEqual([true, true, false]);
    expect(isAppError(new Error('NO_INPUT'))).toBe(false);
  });

  test.for([
    ['EACCES', 'NOT_PERMITTED', 'Not permitted to read `/x`; check its owner and mode.'],
    ['EPERM', 'NOT_PERMITTED', 'Not permitted to read `/x`; check its owner and mode.'],
    ['ENOSPC', 'IO', 'Could not read `/x` (ENOSPC).'],
    [undefined, 'IO', 'Could not read `/x` (unknown error).'],
  ] as const)('of the file system with the code %s is %s', ([system, code, message]) => {
    const cause = Object.assign(new Error('failed'), system === undefined ? {} : { code: system });
    expect(ioError('read', '/x', cause)).toMatchObject({ code, message, cause });
    expect(systemCode(cause)).toBe(system);
  });
});
