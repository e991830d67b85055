import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { listFields } from '../../../src/task/list-fields.ts';
import { shortFormTask } from '../../../src/task/short-form-task.ts';

function fieldsOf(schema: string) {
  const { properties } = compileTask(shortFormTask(schema)).output;
  return Object.fromEntries(properties.map(({ name, field }) => [name, field]));
}

test('a field is copied text that may be absent, unless it says otherwise', () => {
  expect(fieldsOf('vendor, total number, due date, money currency, pages int, summary free, paid bool')).toMatchObject({
    vendor: { type: 'verbatim', nullable: true },
    total: { type: 'verbatim', normalize: 'number', nullable: true },
    due: { type: 'verbatim', normalize: 'date', nullable: true },
    money: { type: 'verbatim', normalize: 'currency', nullable: true },
    pages: { type: 'integer', nullable: true },
    summary: { type: 'string', nullable: true },
    paid: { type: 'boolean', nullable: false },
  });
});

test('labels stand behind the name or behind a colon', () => {
  const label = { type: 'label', labels: ['billing', 'other'], nullable: false };
  expect(fieldsOf('a billing|other, b: billing | other')).toMatchObject({ a: label, b: label });
});

test('brackets make lists, of texts, labels or objects', () => {
  expect(fieldsOf('names[], topics[]: a|b, items[] { text, amount number: with tax }')).toMatchObject({
    names: { type: 'array', items: { type: 'verbatim', nullable: false } },
    topics: { type: 'array', unique: true, items: { type: 'label' } },
    items: { type: 'array', items: { type: 'object', properties: [{ name: 'text' }, { name: 'amount' }] } },
  });
});

test('a schema of labels and booleans classifies, any other extracts', () => {
  expect(shortFormTask('topic a|b, urgent bool, tags[] x|y').kind).toBe('classify');
  expect(shortFormTask('topic a|b, vendor').kind).toBe('extract');
});

test('instructions name the fields, their types and descriptions', () => {
  expect(shortFormTask('vendor: who sends it, total number, items[] { text }', { name: 'mine' })).toMatchObject({
    name: 'mine',
    instructions:
      'Extract from the document: vendor (who sends it), total (number), items (list of text). Write null for what the document does not say.',
  });
});

const TYPE =
  'a type (text, string, number, date, currency, int, integer, bool, boolean, free), labels (`a|b`), a colon or a comma';

test.each([
  ['', 1, 'a field name', 'the end'],
  ['a,', 3, 'a field name', 'the end'],
  ['a, ,b', 4, 'a field name', '`,b`'],
  ['a b', 3, TYPE, '`b`'],
  ['a: ', 4, 'a description, or labels (`a|b`)', 'the end'],
  ['a: ,b', 4, 'a description, or labels (`a|b`)', '`,b`'],
  ['a, a', 4, 'a name that is not taken yet', '`a`'],
  ['a x||y', 3, 'different labels between the `|`', '`x||y`'],
  ['a: x|x', 4, 'different labels between the `|`', '`x|x`'],
  ['a {b', 5, 'a comma or `}`', 'the end'],
  ['a }', 3, 'a comma or the end', '`}`'],
  ['a[] { b } c', 11, 'a comma or the end', '`c`'],
  ['a{b}}, which goes on and on', 5, 'a comma or the end', '`}, which goes on and`'],
  ['9a', 1, 'a field name', '`9a`'],
])('%j is wrong at column %i', (schema, column, expected, found) => {
  const parse = () => shortFormTask(schema);
  expect(parse).toThrow(AppError);
  expect(parse).toThrow(`The schema is wrong at column ${column}: expected ${expected}, found ${found}.`);
  expect(parse).toThrow(expect.objectContaining({ code: 'TASK_INVALID', details: { column } }));
});

test('white space stands anywhere between names, brackets, types and descriptions', () => {
  const spaced = ' a [ ] , b  int :  how many  , c { d : what it is\n } ';
  expect(shortFormTask(spaced)).toEqual(shortFormTask('a[],b int:how many,c{d:what it is}'));
});

test('a colon behind a type describes, whatever stands in it', () => {
  expect(fieldsOf('a int: one | two')).toMatchObject({ a: { type: 'integer' } });
  expect(shortFormTask('a int: one | two').instructions).toContain('a (integer; one | two)');
});

test('every type has its field, alone and in a list, where only a copied text that may be no value is nullable', () => {
  const copied = (normalize?: string) => ({ type: 'verbatim', ...(normalize !== undefined && { normalize }) });
  const expected = {
    text: [copied(), false],
    string: [copied(), false],
    number: [copied('number'), true],
    date: [copied('date'), true],
    currency: [copied('currency'), true],
    int: [{ type: 'integer' }, false],
    integer: [{ type: 'integer' }, false],
    bool: [{ type: 'boolean' }, false],
    boolean: [{ type: 'boolean' }, false],
    free: [{ type: 'string' }, false],
  } as const;
  for (const [type, [field, nullable]] of Object.entries(expected)) {
    expect(fieldsOf(`a ${type}`)).toMatchObject({ a: { ...field, nullable: !type.startsWith('bool') } });
    expect(fieldsOf(`a[] ${type}`)).toMatchObject({ a: { type: 'array', items: { ...field, nullable } } });
  }
  expect(fieldsOf('a { b }, c[] { d }')).toMatchObject({
    a: { type: 'object', nullable: false },
    c: { items: { type: 'object', nullable: false } },
  });
});

test('the fields can be listed on one line, each with its type', () => {
  const { output } = compileTask(shortFormTask('invoice number, x, s free, n int, b bool, t: a | b, u[] { v[] date }'));
  expect(listFields(output)).toBe('invoice (number), x (text), s (free), n (int), b (bool), t (a|b), u[] {v[] (date)}');
});

test('absurdly deep braces are an error like any other', () => {
  expect(() => shortFormTask('a{'.repeat(20_000))).toThrow('at column 23: expected at most 10 levels of braces');
});

test('any text is a task or an error with a code', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    ' ',
    ',',
    '|',
    ':',
    '{',
    '}',
    '[',
    ']',
    '[]',
    'int',
    'bool',
    '__proto__',
    'ß',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      expect(outcomeOf(pieces.join(''))).toMatch(/^(a task|TASK_INVALID|SCHEMA_UNSUPPORTED)$/);
    }),
    { numRuns: 500 },
  );
});

function outcomeOf(schema: string): string {
  try {
    compileTask(shortFormTask(schema));
    return 'a task';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}
