import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type FailureRow = {
  readonly id: string;
  readonly section: string;
  readonly fault: string;
  readonly behaviour: string;
  /** Why no test is needed, why there is none, or what the tests leave out; empty where they prove the row. */
  readonly note: string;
};

export type NamedTest = { readonly name: string; readonly file: string; readonly ids: readonly string[] };

const root = join(import.meta.dirname, '..');

/** The faults that docmill has an answer to, from `failure-rows.txt`: `id | fault | what must happen | note`. */
export function failureRows(): FailureRow[] {
  const rows: FailureRow[] = [];
  let section = '';
  for (const line of readFileSync(join(import.meta.dirname, 'failure-rows.txt'), 'utf8')
    .trim()
    .split('\n')) {
    if (line.startsWith('# ')) {
      section = line.slice(2);
      continue;
    }
    const [id = '', fault = '', behaviour = '', note = ''] = line.split('|').map((cell) => cell.trim());
    rows.push({ id, section, fault, behaviour, note });
  }
  return rows;
}

/** The tests whose names end in ids of rows in brackets, such as `[P1]` or `[P1-P6]`. */
export function namedTests(): NamedTest[] {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .sort((one, other) => (one < other ? -1 : 1))
    .flatMap((file) => testsIn(`test/${file}`, readFileSync(join(root, 'test', file), 'utf8')));
}

const TITLE = /(['`])((?:(?!\1)[^\n])+?)((?: \[[A-Z]\d{1,2}(?:-[A-Z]\d{1,2})?\])+)\1/g;

/** The named tests in the text of a test file. */
export function testsIn(file: string, text: string): NamedTest[] {
  return [...text.matchAll(TITLE)].map(([, , name = '', tags = '']) => ({
    name,
    file,
    ids: [...tags.matchAll(/\[([A-Z])(\d+)(?:-[A-Z](\d+))?\]/g)].flatMap(([, letter = '', from = '', to = from]) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => `${letter}${Number(from) + index}`),
    ),
  }));
}

/** Tested, tested in part, right by design or not there yet; throws where row and tests contradict each other. */
export function statusOf({ id, note }: FailureRow, tests: readonly NamedTest[]): string {
  const [kind = ''] = note.split(':');
  if (tests.length > 0) {
    if (note === '') return 'tested';
    if (kind !== 'partly') throw new Error(`Row ${id} has tests, and its note says \`${note}\`.`);
    return `tested in part: ${note.slice('partly: '.length)}`;
  }
  if (kind !== 'by design' && kind !== 'not yet') throw new Error(`Row ${id} has neither a test nor a reason.`);
  return note;
}

/** Head and rows of the table of one section. */
export function failureTable(section: string): readonly (readonly string[])[] {
  const tests = namedTests();
  const rows = failureRows().filter((row) => row.section === section);
  return [
    ['', 'what goes wrong', 'what must happen', 'status', 'tests'],
    ...rows.map((row) => {
      const own = tests.filter(({ ids }) => ids.includes(row.id));
      const names = own.map(({ name, file }) => `${name} (\`${file.slice('test/'.length)}\`)`);
      return [row.id, row.fault, row.behaviour, statusOf(row, own), names.join('<br>')];
    }),
  ];
}

/** How many rows have which status, as a table. */
export function failureSummary(): readonly (readonly string[])[] {
  const tests = namedTests();
  const kinds = failureRows().map((row) => {
    const own = tests.filter(({ ids }) => ids.includes(row.id));
    return statusOf(row, own).split(':')[0] ?? '';
  });
  const names = ['tested', 'tested in part', 'by design', 'not yet'];
  return [names, names.map((name) => `${kinds.filter((kind) => kind === name).length}`)];
}
