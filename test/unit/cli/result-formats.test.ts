import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../../schemas/json.ts';
import type { OkLine, ResultLine } from '../../../schemas/result.ts';
import { codePointOffsets } from '../../../src/cli/result-formats/code-points.ts';
import { toCsvLine } from '../../../src/cli/result-formats/csv-line.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { aRun, aRunWithAliases, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { readCsv } from '../../support/read-csv.ts';
import { runCommand } from '../../support/run-command.ts';
import { aTask, anObject } from '../task/a-task.ts';

const verbatim: JsonObject = { type: ['string', 'null'], 'x-docmill': { verbatim: true } };
const amount: JsonObject = { type: 'number', 'x-docmill': { verbatim: true, normalize: 'number' } };
const nullable = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: 'null' }] });

const task = aTask(
  anObject({
    kind: { enum: ['a', 'b'] },
    who: nullable(anObject({ name: verbatim, town: verbatim })),
    rows: { type: 'array', items: anObject({ price: anObject({ amount }) }) },
  }),
);

/** What was answered about a document that is called and reads `😀 Ann of Ulm, 1,50 and 1,50`. */
const ANN = '😀 Ann of Ulm, 1,50 and 1,50';
const annLine: OkLine = {
  id: ANN,
  status: 'ok',
  answer: {
    kind: 'a',
    who: { name: 'Ann', town: null },
    rows: [{ price: { amount: 1.5 } }, { price: { amount: 1.5 } }],
  },
  confidence: {
    '/kind': 0.9,
    '/who/name': 0.8,
    '/who/town': 0.7,
    '/rows/0/price/amount': 0.6,
    '/rows/1/price/amount': 0.5,
  },
  spans: {
    '/who/name': { start: 3, end: 6, page: 2 },
    '/rows/0/price/amount': { start: 15, end: 19, text: '1,50' },
    '/rows/1/price/amount': { start: 24, end: 28, text: '1,50' },
  },
  flags: ['lossy', 'split'],
};
const nobody: OkLine = {
  id: 'nobody',
  status: 'ok',
  answer: { kind: 'b', who: null, rows: [] },
  confidence: { '/kind': 0.9, '/who': 0.4, '/rows': 0.3 },
  keep: { price: -5, note: { a: 1 } },
};

const lineOf = (id: string): ResultLine => [annLine, nobody].find((line) => line.id === id) ?? failedLine(id);

/** The run of these documents in a form; each document's file holds its id. */
async function format(name: string, ids: readonly string[], inputRoot: (directory: string) => string[] = () => []) {
  await using files = await createFastFiles();
  const members = {
    task,
    taskSha256: compileTask(task).sha256,
    roots: { docs: files.directory },
    keep: ['note', 'price'],
  };
  const open = await aRun(files.directory, [ids], members);
  for (const id of ids) if (id !== 'nobody') await writeFile(join(files.directory, id), id);
  await commitRound(open, 1, lineOf);
  const roots = inputRoot(files.directory);
  return await runCommand('results', 'test', '--out', files.directory, '--format', name, ...roots);
}

describe('results as CSV', () => {
  test('have one column for every field outside a list, confidence and page beside it, and the kept members', async () => {
    const { stdout } = await format('csv', [ANN, 'nobody', 'gone']);
    const [head = [], ...rows] = readCsv(stdout);
    const columns = (field: string, ...more: string[]) => ['', ' confidence', ...more].map((what) => field + what);
    const who = ['/who/name', '/who/town'].flatMap((field) => columns(field, ' page'));
    const fields = [...columns('/kind'), ...who, ...columns('/rows')];
    expect(head).toEqual(['id', 'status', 'error', 'message', 'flags', ...fields, 'keep.note', 'keep.price']);
    const list = '[{"price":{"amount":1.5}},{"price":{"amount":1.5}}]';
    const none = [null, null];
    expect(rows).toEqual([
      [ANN, 'ok', null, null, 'lossy split', 'a', '0.9', 'Ann', '0.8', '2', null, '0.7', null, list, '0.5', ...none],
      [
        'nobody',
        'ok',
        null,
        null,
        null,
        'b',
        '0.9',
        null,
        '0.4',
        null,
        null,
        '0.4',
        null,
        '[]',
        '0.3',
        '{"a":1}',
        '-5',
      ],
      ['gone', 'failed', 'CHANGED', 'It failed.', null, ...none, ...none, null, ...none, null, ...none, ...none],
    ]);
  });

  test('have the same columns whatever was answered', async () => {
    const [one, other] = [await format('csv', [ANN]), await format('csv', ['gone'])];
    expect(readCsv(one.stdout)[0]).toEqual(readCsv(other.stdout)[0]);
  });

  test('read back as they were, but for what a spreadsheet would take for a formula [S10]', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ';', '=', '+', '-', '@', ' ', '\t', 'x') }),
    );
    fc.assert(
      fc.property(fc.array(fc.option(text), { minLength: 1 }), (cells) => {
        const [read = []] = readCsv(`${toCsvLine(cells)}\r\n`);
        expect(read).toHaveLength(cells.length);
        for (const [index, cell] of cells.entries()) {
          const isFormula = cell !== null && /(^|[;\t\r\n])[\s\p{C}]*[=+\-@＝＋－＠]/u.test(cell);
          const restored = isFormula ? (read[index]?.replaceAll("'", '') ?? null) : read[index];
          expect(restored).toBe(isFormula ? cell.replaceAll("'", '') : cell);
        }
      }),
    );
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['+1', "'+1"],
    ['＝1', "'＝1"],
    ['\t=1', "\t'=1"],
    ['\u200b =1', "\u200b '=1"],
    ['a;=1', "a;'=1"],
    ['a\n=1', `"a\n'=1"`],
    ['a,=1', '"a,=1"'],
    ['a=1-2', 'a=1-2'],
  ])('hold the text %j as %j', (text, cell) => {
    expect(toCsvLine([text])).toBe(cell);
  });

  test('leave numbers as they are, and tell an empty text from none', () => {
    expect(toCsvLine([-5, 1e-7, true, '', null, undefined, ['=1']])).toBe(`-5,1e-7,true,"",,,"[""=1""]"`);
  });

  test('take no longer for a text made of white space', () => {
    expect(toCsvLine([`${'\n'.repeat(1_000_000)}x`])).toHaveLength(1_000_003);
  });
});

const batchLineSchema = z.strictObject({
  id: z.string().startsWith('batch_req_'),
  custom_id: z.string(),
  response: z
    .strictObject({
      status_code: z.literal(200),
      request_id: z.string(),
      body: z.looseObject({
        object: z.literal('chat.completion'),
        created: z.int(),
        model: z.string(),
        choices: z.tuple([
          z.looseObject({ finish_reason: z.literal('stop'), message: z.looseObject({ content: z.string() }) }),
        ]),
      }),
    })
    .nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

test('results for OpenAI are the output lines of a batch, with the answer as the completion or the error', async () => {
  const { stdout, stderr, code } = await format('openai', [ANN, 'gone']);
  expect([stderr, code]).toEqual(['', 0]);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => batchLineSchema.parse(JSON.parse(line)));
  expect(lines.map(({ custom_id }) => custom_id)).toEqual([ANN, 'gone']);
  expect(JSON.parse(lines[0]?.response?.body.choices[0].message.content ?? '')).toEqual(annLine.answer);
  expect(lines.map(({ error }) => error)).toEqual([null, { code: 'CHANGED', message: 'It failed.' }]);
  expect(lines[1]?.response).toBeNull();
  expect(new Set(lines.map(({ id }) => id)).size).toBe(2);
  expect((await format('openai', [ANN, 'gone'])).stdout).toBe(stdout);
});

const annotatedSchema = z.strictObject({
  document_id: z.string(),
  text: z.string(),
  extractions: z.array(
    z.strictObject({
      extraction_class: z.string(),
      extraction_text: z.string(),
      char_interval: z.strictObject({ start_pos: z.int(), end_pos: z.int() }).nullable(),
      alignment_status: z.literal('match_exact').nullable(),
      extraction_index: z.int(),
      group_index: z.int(),
      description: z.null(),
      attributes: z.record(z.string(), z.string()),
    }),
  ),
});

const annotated = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => annotatedSchema.parse(JSON.parse(line)));

describe('results for langextract', () => {
  test('hold the text and each value with its place in code points, items of a list in groups', async () => {
    const { stdout, code, stderr } = await format('langextract', [ANN, 'gone']);
    expect([code, stderr]).toEqual([0, 'Left out: 1 document without an answer, which this format cannot show.\n']);
    const { document_id, text, extractions } = annotatedSchema.parse(JSON.parse(stdout));
    expect([document_id, text]).toEqual([ANN, ANN]);
    expect(
      extractions.map((one) => [one.extraction_class, one.extraction_text, one.group_index, one.attributes['value']]),
    ).toEqual([
      ['kind', 'a', 0, undefined],
      ['who.name', 'Ann', 0, undefined],
      ['rows.price.amount', '1,50', 1, '1.5'],
      ['rows.price.amount', '1,50', 2, '1.5'],
    ]);
    expect(extractions.map(({ attributes }) => attributes['page'])).toEqual([undefined, '2', undefined, undefined]);
    const points = Array.from(text);
    const placed = extractions.filter((one) => one.char_interval !== null);
    expect(placed).toHaveLength(3);
    for (const { char_interval, extraction_text } of placed) {
      expect(points.slice(char_interval?.start_pos, char_interval?.end_pos).join('')).toBe(extraction_text);
    }
  });

  test('say how many documents are left out because their text is gone, and are then not complete', async () => {
    const { stdout, code, stderr } = await format('langextract', ['nobody', ANN]);
    expect(annotated(stdout)).toMatchObject([{ document_id: ANN }]);
    expect(code).toBe(4);
    expect(stderr).toContain('Left out: 1 document whose text');
  });

  test('find the texts where an input root is now', async () => {
    const { code, stderr } = await format('langextract', [ANN], () => ['--input-root', 'docs=/nonexistent']);
    expect([code, stderr]).not.toEqual([0, '']);
    expect((await format('langextract', [ANN], (directory) => ['--input-root', `docs=${directory}`])).code).toBe(0);
  });

  test('give a document with the same content as another its own line', async () => {
    await using files = await createFastFiles({ a: 'a', b: 'a' });
    const open = await aRunWithAliases(files.directory, [['a']], [{ id: 'b', of: 'a' }]);
    await commitRound(open, 1, okLine);
    const { stdout } = await runCommand(
      'results',
      'test',
      '--out',
      files.directory,
      '--format',
      'langextract',
      '--input-root',
      `docs=${files.directory}`,
    );
    expect(annotated(stdout)).toMatchObject([
      { document_id: 'a', text: 'a' },
      { document_id: 'b', text: 'a' },
    ]);
  });
});

test('offsets in code points are those of the text as a list of characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const toCodePoints = codePointOffsets(text);
      let offset = 0;
      for (const [index, character] of Array.from(text).entries()) {
        expect(toCodePoints(offset)).toBe(index);
        offset += character.length;
      }
      expect(toCodePoints(text.length)).toBe(Array.from(text).length);
    }),
  );
});
