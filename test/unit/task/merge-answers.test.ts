import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChunkAnswer, Span } from '../../../schemas/answer.ts';
import type { JsonObject, JsonValue } from '../../../schemas/json.ts';
import { okLineSchema } from '../../../schemas/result.ts';
import invoice from '../../../schemas/tasks/invoice.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import type { CompiledTask } from '../../../src/task/field.ts';
import { concludeAnswer } from '../../../src/task/merge-answers.ts';
import { validateFinal } from '../../../src/task/validate-answer.ts';
import { walkAnswer } from '../../../src/task/walk-answer.ts';
import { taskFromDefinition } from '../../../src/task/zod-to-json-schema.ts';
import { aTask, anObject } from './a-task.ts';
import { answerArbitrary, outputArbitrary } from './arbitrary-answer.ts';

const verbatim: JsonObject = { type: 'string', 'x-docmill': { verbatim: true } };
const verbatimNumber: JsonObject = { type: 'number', 'x-docmill': { verbatim: true, normalize: 'number' } };
const nullable = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: 'null' }] });

type ChunkGiven = Partial<Pick<ChunkAnswer, 'confidence' | 'labels' | 'spans'>> & { value: JsonValue };

function aChunk(start: number, end: number, given: ChunkGiven): { span: Span; answer: ChunkAnswer } {
  const tokens = { prompt: 1, cached: 0, forced: 1, chosen: 1 };
  return { span: { start, end }, answer: { confidence: {}, labels: {}, spans: {}, tokens, ...given } };
}

function compiled(properties: JsonObject): CompiledTask {
  return compileTask(aTask(anObject(properties)));
}

/** A chunk whose copied values are found in its text, each behind the one before. */
function aReading(compiledTask: CompiledTask, text: string, span: Span, value: JsonValue, probability = 0.5) {
  const chunk = text.slice(span.start, span.end);
  let from = 0;
  const confidence: Record<string, number> = {};
  const spans: Record<string, Span> = {};
  for (const { pointer, field, value: leaf } of walkAnswer(compiledTask.output, value)) {
    confidence[pointer] = probability;
    if (field.type === 'verbatim' && typeof leaf === 'string') {
      const start = chunk.indexOf(leaf, from);
      from = start + leaf.length;
      spans[pointer] = { start, end: from };
    }
  }
  return aChunk(span.start, span.end, { value, confidence, spans });
}

/** A field with many labels, and what a chunk answers that is certain of one of them. */
function aCertainLabel() {
  const labels = Array.from({ length: 500 }, (_, index) => `label ${index}`);
  const probabilities = Object.fromEntries(labels.map((label, index) => [label, index === 3 ? 1 : 0]));
  return { schema: { enum: labels }, value: 'label 3', probabilities };
}

describe('the answer about one chunk', () => {
  const task = compiled({
    topic: { enum: ['a', 'b'] },
    vendor: verbatim,
    total: verbatimNumber,
    due: nullable(verbatim),
  });
  const text = 'Acme owes 1.204,50';
  const value = { vendor: 'Acme', total: '1.204,50', due: null, topic: 'b' };
  const spans = { '/vendor': { start: 0, end: 4 }, '/total': { start: 10, end: 18 } };

  test('is normalised, rounded and ordered by its schema', () => {
    const chunk = aChunk(0, text.length, {
      value,
      confidence: { '/due': 1, '/vendor': 0.98765, '/total': 0.99999, '/topic': 0.6 },
      labels: { '/topic': { b: 0.6, a: 0.4 } },
      spans,
    });
    const concluded = concludeAnswer(task, text, [chunk]);
    expect(JSON.stringify(concluded)).toBe(
      JSON.stringify({
        status: 'concluded',
        answer: { topic: 'b', vendor: 'Acme', total: 1204.5, due: null },
        confidence: { '/topic': 0.6, '/vendor': 0.9877, '/total': 1, '/due': 1 },
        labels: { '/topic': { a: 0.4, b: 0.6 } },
        spans: { '/vendor': { start: 0, end: 4 }, '/total': { start: 10, end: 18, text: '1.204,50' } },
        flags: [],
      }),
    );
  });

  test('has the probabilities that the chunk has, however many labels there are', () => {
    const { schema, value: topic, probabilities } = aCertainLabel();
    const chunk = aChunk(0, text.length, {
      value: { topic },
      confidence: { '/topic': 1 },
      labels: { '/topic': probabilities },
    });
    expect(concludeAnswer(compiled({ topic: schema }), text, [chunk])).toMatchObject({
      answer: { topic },
      confidence: { '/topic': 1 },
      labels: { '/topic': probabilities },
    });
  });

  test('has spans in the document, not in the chunk', () => {
    const concluded = concludeAnswer(task, `>> ${text}`, [aChunk(3, 3 + text.length, { value, spans })]);
    expect(concluded).toMatchObject({ spans: { '/vendor': { start: 3, end: 7 }, '/total': { start: 13, end: 21 } } });
  });

  test.each<[what: string, code: string, given: ChunkGiven]>([
    ['no member', 'ANSWER_INVALID', { value: { vendor: 'Acme' } }],
    ['a label that does not exist', 'ANSWER_INVALID', { value: { ...value, topic: 'c' }, spans }],
    ['a copy without a span', 'UNGROUNDED', { value, spans: { '/vendor': spans['/vendor'] } }],
    ['a copy that is not the text', 'UNGROUNDED', { value: { ...value, vendor: 'Acne' }, spans }],
    ['a span before the chunk', 'UNGROUNDED', { value, spans: { ...spans, '/vendor': { start: -4, end: 4 } } }],
    ['a span behind the chunk', 'UNGROUNDED', { value, spans: { ...spans, '/total': { start: 10, end: 99 } } }],
  ])('is refused with %s', (_what, code, given) => {
    const refused = concludeAnswer(task, text, [aChunk(0, text.length, given)]);
    expect(refused).toMatchObject({ status: 'refused', error: { code } });
  });

  test.each<[problem: string, given: ChunkGiven, message: string]>([
    [
      'a value that does not fit',
      { value: { ...value, topic: 'c' }, spans },
      'does not satisfy the schema at `/topic`: ',
    ],
    ['no object at all', { value: [] }, 'does not satisfy the schema at its root: '],
    ['a copy without a span', { value }, 'The value at `/vendor` does not stand in the document where its span says.'],
  ])('is refused with the place of %s', (_problem, given, message) => {
    const refused = concludeAnswer(task, text, [aChunk(0, text.length, given)]);
    expect(refused.status === 'refused' && refused.error.message).toContain(message);
  });

  test('is refused where its copy stands in another part of the document', () => {
    const before = { '/vendor': { start: -5, end: -1 } };
    const behind = { '/vendor': { start: 5, end: 9 } };
    const task = compiled({ vendor: verbatim });
    for (const spans of [before, behind]) {
      const refused = concludeAnswer(task, 'Acme Acme Acme', [aChunk(5, 9, { value: { vendor: 'Acme' }, spans })]);
      expect(refused).toMatchObject({ error: { code: 'UNGROUNDED' } });
    }
  });

  test('is refused without quoting the document', () => {
    const refused = concludeAnswer(task, text, [
      aChunk(0, text.length, { value: { ...value, secret: 'Acme' }, spans }),
    ]);
    expect(JSON.stringify(refused)).not.toMatch(/Acme|secret/);
  });

  test('that has no normal form becomes null where it may, and is refused where not', () => {
    const source = 'about ten';
    const chunk = aChunk(0, 9, { value: { n: source }, spans: { '/n': { start: 0, end: 9 } } });
    expect(concludeAnswer(compiled({ n: nullable(verbatimNumber) }), source, [chunk])).toMatchObject({
      answer: { n: null },
      spans: { '/n': { start: 0, end: 9, text: source } },
      flags: ['unnormalized'],
    });
    const refused = concludeAnswer(compiled({ n: verbatimNumber }), source, [chunk]);
    expect(refused).toMatchObject({ error: { code: 'UNNORMALIZABLE' } });
    expect(JSON.stringify(refused)).toMatch(/^(?!.*about).*`\/n`/);
  });
});

test('an amount of an invoice that is no number costs that amount, not the invoice', () => {
  const task = compileTask(taskFromDefinition(invoice));
  const text = 'Acme, A-1, total 14.00: ink 9.50 to 12.00, pen 2.50';
  const lineItems = [
    { description: 'ink', quantity: null, amount: '9.50 to 12.00' },
    { description: 'pen', quantity: null, amount: '2.50' },
  ];
  const absent = { issueDate: null, dueDate: null, currency: null };
  const value = { vendor: 'Acme', invoiceNumber: 'A-1', ...absent, total: '14.00', lineItems };
  expect(concludeAnswer(task, text, [aReading(task, text, { start: 0, end: text.length }, value)])).toMatchObject({
    answer: { total: 14, lineItems: [{ amount: null }, { amount: 2.5 }] },
    flags: ['unnormalized'],
  });
});

describe('answers about several chunks', () => {
  test('of a label are pooled by the length of their chunks', () => {
    const task = compiled({ topic: { enum: ['a', 'b'] } });
    const reading = (start: number, end: number, a: number) =>
      aChunk(start, end, { value: { topic: a >= 0.5 ? 'a' : 'b' }, labels: { '/topic': { a, b: 1 - a } } });
    const long = concludeAnswer(task, ' '.repeat(100), [reading(0, 90, 0.8), reading(90, 100, 0.01)]);
    expect(long).toMatchObject({ answer: { topic: 'a' }, confidence: { '/topic': 0.6874 } });
    const short = concludeAnswer(task, ' '.repeat(100), [reading(0, 10, 0.8), reading(10, 100, 0.01)]);
    expect(short).toMatchObject({ answer: { topic: 'b' }, labels: { '/topic': { a: 0.018, b: 0.982 } } });
  });

  test('of a boolean are pooled, and one certain chunk does not overrule all others', () => {
    const task = compiled({ urgent: { type: 'boolean' } });
    const reading = (start: number, urgent: number) =>
      aChunk(start, start + 10, {
        value: { urgent: urgent >= 0.5 },
        labels: { '/urgent': { true: urgent, false: 1 - urgent } },
      });
    const chunks = [reading(0, 0), reading(10, 0.999), reading(20, 0.999), reading(30, 0.999)];
    expect(concludeAnswer(task, ' '.repeat(40), chunks)).toMatchObject({ answer: { urgent: true } });
  });

  test.each<[what: string, schema: JsonObject, value: string | boolean]>([
    ['label', { enum: ['true', 'false', null] }, 'true'],
    ['boolean', { type: ['boolean', 'null'] }, true],
  ])('of a nullable %s count those that say null, by the length of their chunks', (_what, schema, value) => {
    const task = compiled({ x: schema });
    const reading = (index: number, known: number, isGiven: boolean) =>
      aChunk(index * 10, index * 10 + 10, {
        value: { x: isGiven ? value : null },
        confidence: { '/x': isGiven ? known : 1 - known },
        labels: { '/x': { true: known, false: 0 } },
      });
    const conclude = (...readings: [known: number, isGiven: boolean][]) =>
      concludeAnswer(
        task,
        ' '.repeat(100),
        readings.map(([known, isGiven], index) => reading(index, known, isGiven)),
      );
    const nine = Array.from({ length: 9 }, (): [number, boolean] => [0.1, false]);
    const outvoted = conclude([0.6, true], ...nine);
    expect(outvoted).toMatchObject({ answer: { x: null } });
    const { true: probability = 1 } = outvoted.status === 'concluded' ? (outvoted.labels?.['/x'] ?? {}) : {};
    expect(probability).toBeLessThan(0.2);
    const confidence = outvoted.status === 'concluded' ? outvoted.confidence['/x'] : undefined;
    expect(confidence).toBeCloseTo(1 - probability, 3);
    expect(conclude([0.99, true], [0.4, false])).toMatchObject({ answer: { x: value } });
    expect(conclude([0, false], [0, false])).toMatchObject({ answer: { x: null }, confidence: { '/x': 1 } });
  });

  test('of a copied value prefer one that has a normal form', () => {
    const task = compiled({ due: nullable({ type: 'string', 'x-docmill': { verbatim: true, normalize: 'date' } }) });
    const text = 'on receipt 2026-03-05';
    const concluded = concludeAnswer(task, text, [
      aReading(task, text, { start: 0, end: 11 }, { due: 'on receipt' }, 0.9),
      aReading(task, text, { start: 11, end: 21 }, { due: '2026-03-05' }, 0.4),
    ]);
    expect(concluded).toMatchObject({ answer: { due: '2026-03-05' }, confidence: { '/due': 0.4 }, flags: [] });
  });

  test.each<[what: string, schema: JsonObject]>([
    ['copied text', verbatim],
    ['free text', { type: 'string' }],
  ])('of a %s that nothing normalises give the most confident one, however long it is', (_what, schema) => {
    const task = compiled({ note: schema });
    const long = 'Please deliver to the back door. '.repeat(4).trim();
    const text = `${long} Thank you.`;
    const [first, second] = [
      { start: 0, end: long.length },
      { start: long.length, end: text.length },
    ];
    for (const [sure, note] of [
      [0.9, long],
      [0.1, 'Thank you.'],
    ] as const) {
      const concluded = concludeAnswer(task, text, [
        aReading(task, text, first, { note: long }, sure),
        aReading(task, text, second, { note: 'Thank you.' }, 0.5),
      ]);
      expect(concluded).toMatchObject({ answer: { note } });
    }
  });

  test('of a value give the most confident one that is not null, the earlier on ties', () => {
    const task = compiled({ x: { type: ['integer', 'null'] } });
    const conclude = (...readings: [value: number | null, probability: number][]) =>
      concludeAnswer(
        task,
        ' '.repeat(100),
        readings.map(([x, probability], index) => {
          return aChunk(index * 10, index * 10 + 10, { value: { x }, confidence: { '/x': probability } });
        }),
      );
    expect(conclude([null, 0.99], [1, 0.5], [2, 0.6])).toMatchObject({ answer: { x: 2 }, confidence: { '/x': 0.6 } });
    expect(conclude([1, 0.5], [2, 0.5])).toMatchObject({ answer: { x: 1 } });
    expect(conclude([null, 0.9], [null, 0.7])).toMatchObject({ answer: { x: null }, confidence: { '/x': 0.7 } });
  });

  test('of a list give all items in reading order, those in the overlap once', () => {
    const task = compiled({
      rows: { type: 'array', maxItems: 4, items: anObject({ name: verbatim, n: verbatimNumber }) },
    });
    const text = 'ink 1; pen 2; ink 1; cap 3;';
    const rows = (...all: [string, string][]) => ({ rows: all.map(([name, n]) => ({ name, n })) });
    const concluded = concludeAnswer(task, text, [
      aReading(task, text, { start: 0, end: 14 }, rows(['ink', '1'], ['pen', '2'])),
      aReading(task, text, { start: 7, end: 27 }, rows(['pen', '2'], ['ink', '1'], ['cap', '3'])),
    ]);
    expect(concluded).toMatchObject({
      answer: {
        rows: [
          { name: 'ink', n: 1 },
          { name: 'pen', n: 2 },
          { name: 'ink', n: 1 },
          { name: 'cap', n: 3 },
        ],
      },
      spans: { '/rows/3/name': { start: 21, end: 24 }, '/rows/3/n': { start: 25, end: 26, text: '3' } },
    });
  });

  const rowsTask = compiled({
    rows: { type: 'array', items: anObject({ name: nullable(verbatim), n: nullable(verbatimNumber) }) },
  });

  /** Readings of chunks that begin at the given places and are 20 long. */
  function concludeRows(text: string, ...chunks: [start: number, rows: [name: string | null, n: string | null][]][]) {
    const readings = chunks.map(([start, rows]) => {
      const span = { start, end: Math.min(text.length, start + 20) };
      return aReading(rowsTask, text, span, { rows: rows.map(([name, n]) => ({ name, n })) });
    });
    const concluded = concludeAnswer(rowsTask, text, readings);
    return concluded.status === 'concluded' ? concluded.answer['rows'] : concluded;
  }

  test('of a list join the halves of an item that the border of a chunk cuts', () => {
    const rows = concludeRows(
      'pen 2; copier paper 54;',
      [
        0,
        [
          ['pen', '2'],
          ['copier paper', null],
        ],
      ],
      [7, [['copier paper', '54']]],
    );
    expect(rows).toEqual([
      { name: 'pen', n: 2 },
      { name: 'copier paper', n: 54 },
    ]);
    // Cut within a name: the end of it is no item of its own.
    const names = concludeRows(
      'pen 2; blue ink 7; cap 3;',
      [
        0,
        [
          ['pen', '2'],
          ['blue ink', '7'],
        ],
      ],
      [
        12,
        [
          ['ink', '7'],
          ['cap', '3'],
        ],
      ],
    );
    expect(names).toEqual([
      { name: 'pen', n: 2 },
      { name: 'blue ink', n: 7 },
      { name: 'cap', n: 3 },
    ]);
  });

  test('of a list keep apart what shares a place but differs in another, or comes from the same chunk', () => {
    const text = 'office: ink 1, pen 2';
    const row = (n: string | null): [JsonValue, Record<string, Span>] => {
      const start = n === null ? 0 : text.indexOf(n);
      return [
        { name: 'office', n },
        { name: { start: 0, end: 6 }, ...(n === null ? {} : { n: { start, end: start + 1 } }) },
      ];
    };
    const chunk = (...numbers: (string | null)[]) => {
      const rows = numbers.map(row);
      const spans = rows.flatMap(([, places], index) =>
        Object.entries(places).map(([name, span]) => [`/rows/${index}/${name}`, span] as const),
      );
      return aChunk(0, text.length, {
        value: { rows: rows.map(([value]) => value) },
        spans: Object.fromEntries(spans),
      });
    };
    expect(concludeAnswer(rowsTask, text, [chunk('1', '2'), chunk('2', '1')])).toMatchObject({
      answer: { rows: [{ n: 1 }, { n: 2 }] },
    });
    expect(concludeAnswer(rowsTask, text, [chunk('1'), chunk(null, null)])).toMatchObject({
      answer: { rows: [{ n: 1 }, { n: null }] },
    });
    expect(concludeAnswer(rowsTask, text, [chunk('1'), chunk('2')])).toMatchObject({
      answer: { rows: [{ n: 1 }, { n: 2 }] },
    });
  });

  test('of a list join an item with any of its parts, though they have nothing in common with each other', () => {
    const text = 'pen 2; copier paper 54;';
    const rows = concludeRows(
      text,
      [0, [['copier paper', null]]],
      [7, [['copier paper', '54']]],
      [text.indexOf('54'), [[null, '54']]],
    );
    expect(rows).toEqual([{ name: 'copier paper', n: 54 }]);
  });

  test('of a list keep apart what stands side by side, in either order', () => {
    const text = 'inkpen';
    const row = (name: string) =>
      aReading(rowsTask, text, { start: 0, end: text.length }, { rows: [{ name, n: null }] });
    for (const [first, second] of [
      ['ink', 'pen'],
      ['pen', 'ink'],
    ] as const) {
      expect(concludeAnswer(rowsTask, text, [row(first), row(second)])).toMatchObject({
        answer: { rows: [{ name: first }, { name: second }] },
      });
    }
  });

  test('of a list that is empty in every chunk have the lowest confidence', () => {
    const chunk = (start: number, probability: number) =>
      aChunk(start, start + 5, { value: { rows: [] }, confidence: { '/rows': probability } });
    expect(concludeAnswer(rowsTask, ' '.repeat(10), [chunk(0, 0.9), chunk(5, 0.7)])).toMatchObject({
      answer: { rows: [] },
      confidence: { '/rows': 0.7 },
    });
  });

  test('of a list keep apart what copies the same place into different fields', () => {
    const items = anObject({
      seller: nullable(verbatim),
      buyer: nullable(verbatim),
      tags: { type: 'array', items: { enum: ['new', 'used'] } },
    });
    const task = compiled({ sales: { type: 'array', items } });
    const text = 'Acme sold it';
    const sales = [
      { seller: 'Acme', buyer: null, tags: ['new'] },
      { seller: null, buyer: 'Acme', tags: ['used'] },
    ];
    const chunks = sales.map((sale) => aReading(task, text, { start: 0, end: text.length }, { sales: [sale] }));
    expect(concludeAnswer(task, text, chunks)).toMatchObject({ answer: { sales } });
  });

  test('of a list leave the probabilities of an item that one chunk found as they are', () => {
    const { schema, value: kind, probabilities } = aCertainLabel();
    const task = compiled({ rows: { type: 'array', items: anObject({ name: verbatim, kind: schema }) } });
    const text = 'ink, pen';
    const chunk = (start: number, end: number, name: string) => {
      const { span, answer } = aReading(task, text, { start, end }, { rows: [{ name, kind }] });
      const labels = { '/rows/0/kind': probabilities };
      return { span, answer: { ...answer, confidence: { '/rows/0/kind': 1 }, labels } };
    };
    expect(concludeAnswer(task, text, [chunk(0, 4, 'ink'), chunk(4, 8, 'pen')])).toMatchObject({
      answer: {
        rows: [
          { name: 'ink', kind },
          { name: 'pen', kind },
        ],
      },
      confidence: { '/rows/0/kind': 1, '/rows/1/kind': 1 },
      labels: { '/rows/0/kind': probabilities, '/rows/1/kind': probabilities },
    });
  });

  test('of a list put what only the later chunk saw where it stands', () => {
    const text = 'pen 2; ink 7; cap 3; hat 4';
    const rows = concludeRows(
      text,
      [
        0,
        [
          ['pen', '2'],
          ['cap', '3'],
        ],
      ],
      [
        6,
        [
          ['ink', '7'],
          ['cap', '3'],
          ['hat', '4'],
        ],
      ],
    );
    expect(rows).toMatchObject([{ name: 'pen' }, { name: 'ink' }, { name: 'cap' }, { name: 'hat' }]);
  });

  test('of a list join items whose copies are all in lists of their own', () => {
    const task = compiled({
      groups: {
        type: 'array',
        items: anObject({ title: nullable(verbatim), names: { type: 'array', items: verbatim } }),
      },
    });
    const text = 'pen, ink, cap';
    const reading = (start: number, end: number, ...groups: string[][]) =>
      aReading(task, text, { start, end }, { groups: groups.map((names) => ({ title: null, names })) });
    const join = (...readings: ReturnType<typeof reading>[]) => {
      const concluded = concludeAnswer(task, text, readings);
      return concluded.status === 'concluded' ? concluded.answer['groups'] : concluded;
    };
    expect(join(reading(0, 9, ['pen', 'ink']), reading(5, 13, ['ink', 'cap']))).toEqual([
      { title: null, names: ['pen', 'ink', 'cap'] },
    ]);
    expect(join(reading(0, 9, ['pen'], ['ink']), reading(5, 13, ['ink'], ['cap']))).toMatchObject([
      { names: ['pen'] },
      { names: ['ink'] },
      { names: ['cap'] },
    ]);
    expect(join(reading(0, 9, ['pen']), reading(5, 13, ['cap']))).toMatchObject([
      { names: ['pen'] },
      { names: ['cap'] },
    ]);
  });

  test('of a copied value prefer the whole one to one that the border of a chunk cut, but no other place', () => {
    const task = compiled({ vendor: nullable(verbatim) });
    const text = 'By Acme Paper Ltd and Bolt';
    const conclude = (...chunks: [start: number, end: number, vendor: string, probability: number][]) =>
      concludeAnswer(
        task,
        text,
        chunks.map(([start, end, vendor, probability]) =>
          aReading(task, text, { start, end }, { vendor }, probability),
        ),
      );
    expect(conclude([0, 13, 'Acme Paper', 0.9], [3, 26, 'Acme Paper Ltd', 0.5])).toMatchObject({
      answer: { vendor: 'Acme Paper Ltd' },
      confidence: { '/vendor': 0.5 },
    });
    expect(conclude([0, 14, 'Acme Paper', 0.9], [3, 26, 'Acme Paper Ltd', 0.5])).toMatchObject({
      answer: { vendor: 'Acme Paper' },
    });
    expect(conclude([0, 13, 'Acme Paper', 0.9], [14, 26, 'Bolt', 0.5])).toMatchObject({
      answer: { vendor: 'Acme Paper' },
    });
    const whole = [0, 26, 'Acme Paper Ltd', 0.5] as const;
    const given: [
      cut: [number, number, string, number],
      other: readonly [number, number, string, number],
      best: string,
    ][] = [
      [[8, 26, 'Paper Ltd', 0.9], whole, 'Acme Paper Ltd'],
      [[7, 26, 'Paper Ltd', 0.9], whole, 'Paper Ltd'],
      // It begins where its chunk does, and what goes on goes on at its end.
      [[3, 26, 'Acme Paper', 0.9], whole, 'Acme Paper'],
      [[0, 13, 'Acme Paper', 0.9], [0, 26, 'Acme', 0.5], 'Acme Paper'],
      [[0, 13, 'Acme Paper', 0.9], [14, 26, 'and', 0.5], 'Acme Paper'],
      // Each is cut, and none is whole.
      [[0, 13, 'Acme Paper', 0.9], [8, 26, 'Paper Ltd', 0.5], 'Acme Paper'],
    ];
    for (const [cut, other, vendor] of given) {
      expect(conclude(cut, [...other])).toMatchObject({ answer: { vendor } });
      expect(conclude([...other], cut)).toMatchObject({ answer: { vendor } });
    }
  });

  test('of a copied value take none for cut only because another one stands elsewhere', () => {
    const task = compiled({ vendor: verbatim });
    const text = 'Acme Paper Ltd';
    const concluded = concludeAnswer(task, text, [
      aReading(task, text, { start: 0, end: 8 }, { vendor: 'Acme' }, 0.9),
      aReading(task, text, { start: 0, end: 14 }, { vendor: 'Acme Paper Ltd' }, 0.4),
      aReading(task, text, { start: 9, end: 14 }, { vendor: 'Ltd' }, 0.6),
    ]);
    expect(concluded).toMatchObject({ answer: { vendor: 'Acme' }, confidence: { '/vendor': 0.9 } });
  });

  test('of a list are cut where the schema says so', () => {
    const task = compiled({ n: { type: 'array', maxItems: 3, items: { type: 'integer' } } });
    const chunk = (start: number, n: number[]) => aChunk(start, start + 5, { value: { n } });
    const concluded = concludeAnswer(task, ' '.repeat(10), [chunk(0, [1, 1]), chunk(5, [1, 2])]);
    expect(concluded).toMatchObject({ answer: { n: [1, 1, 1] } });
  });

  test('of a multi-label field give every label once, the most confident ones if there are too many', () => {
    const items = { enum: ['a', 'b', 'c'] };
    const task = compiled({ tags: { type: 'array', uniqueItems: true, maxItems: 2, items } });
    const chunk = (start: number, tags: Record<string, number>) =>
      aChunk(start, start + 5, {
        value: { tags: Object.keys(tags) },
        confidence: Object.fromEntries(
          Object.values(tags).map((probability, index) => [`/tags/${index}`, probability]),
        ),
      });
    const concluded = concludeAnswer(task, ' '.repeat(10), [
      chunk(0, { c: 0.9, b: 0.5 }),
      chunk(5, { b: 0.6, a: 0.8 }),
    ]);
    expect(concluded).toMatchObject({ answer: { tags: ['a', 'c'] }, confidence: { '/tags/0': 0.8, '/tags/1': 0.9 } });
    for (const probabilities of [
      [0.5, 0.6],
      [0.6, 0.5],
    ] as const) {
      const [first, second] = probabilities;
      const twice = concludeAnswer(task, ' '.repeat(10), [chunk(0, { b: first }), chunk(5, { b: second })]);
      expect(twice).toMatchObject({ answer: { tags: ['b'] }, confidence: { '/tags/0': 0.6 } });
    }
  });

  test('of a multi-label field give the probabilities of the earlier chunk where two are equally sure of a label', () => {
    const task = compiled({ tags: { type: 'array', uniqueItems: true, items: { enum: ['a', 'b', 'c'] } } });
    const chunk = (start: number, labels: Record<string, number>) =>
      aChunk(start, start + 5, {
        value: { tags: ['b'] },
        confidence: { '/tags/0': 0.6 },
        labels: { '/tags/0': labels },
      });
    const [first, second] = [
      { a: 0.3, b: 0.6, c: 0.1 },
      { a: 0.1, b: 0.6, c: 0.2 },
    ];
    expect(concludeAnswer(task, ' '.repeat(10), [chunk(0, first), chunk(5, second)])).toMatchObject({
      answer: { tags: ['b'] },
      labels: { '/tags/0': first },
    });
  });

  test('of a nested object are merged member by member', () => {
    const task = compiled({ who: nullable(anObject({ name: nullable(verbatim), town: nullable(verbatim) })) });
    const text = 'Ann of Ulm';
    const concluded = concludeAnswer(task, text, [
      aReading(task, text, { start: 0, end: 3 }, { who: { name: 'Ann', town: null } }),
      aReading(task, text, { start: 3, end: 6 }, { who: null }),
      aReading(task, text, { start: 6, end: 10 }, { who: { name: null, town: 'Ulm' } }),
    ]);
    expect(concluded).toMatchObject({
      answer: { who: { name: 'Ann', town: 'Ulm' } },
      spans: { '/who/name': { start: 0, end: 3 }, '/who/town': { start: 7, end: 10 } },
    });
  });
});

const readings = outputArbitrary.chain(({ schema, field }) =>
  fc.tuple(fc.constant(schema), fc.array(answerArbitrary(field), { minLength: 1, maxLength: 3 })),
);

test('whatever the chunks answer, the conclusion is valid, grounded and a result line', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(readings, ([schema, values]) => {
      const task = compileTask(aTask(schema));
      const { text, chunks } = aDocument(task, values);
      const concluded = concludeAnswer(task, text, chunks);
      fc.pre(concluded.status === 'concluded' || concluded.error.code !== 'UNNORMALIZABLE');
      const { flags, ...line } = concluded.status === 'concluded' ? concluded : fail(concluded);
      expect(okLineSchema.safeParse({ id: 'x', ...line, status: 'ok' }).error).toBeUndefined();
      expect(validateFinal(task.output, line.answer)).toBeNull();
      expect(flags.length === 0 || JSON.stringify(line.answer).includes('null')).toBe(true);
      const copied = leavesOf(task, line.answer).map(({ pointer, value }) => line.spans?.[pointer]?.text ?? value);
      const inText = leavesOf(task, line.answer).map(({ pointer }) => {
        const { start = 0, end = 0 } = line.spans?.[pointer] ?? {};
        return text.slice(start, end);
      });
      expect(inText).toEqual(copied);
    }),
    { numRuns: 150 },
  );
});

test('one chunk changes nothing but what is normalised', () => {
  fc.assert(
    fc.property(readings, ([schema, [value = null]]) => {
      const task = compileTask(aTask(schema));
      const { text, chunks } = aDocument(task, [value]);
      const concluded = concludeAnswer(task, text, chunks);
      fc.pre(concluded.status === 'concluded');
      const { answer, spans } = concluded.status === 'concluded' ? concluded : fail(concluded);
      const restored = [...walkAnswer(task.output, answer)].map(({ pointer, value: leaf }) => {
        return [pointer, spans?.[pointer]?.text ?? (isLeaf(leaf) ? leaf : null)];
      });
      const given = [...walkAnswer(task.output, value)].map(({ pointer, value: leaf }) => {
        return [pointer, isLeaf(leaf) ? leaf : null];
      });
      expect(restored).toEqual(given);
    }),
  );
});

/** The copied values of each chunk on lines of their own, one chunk behind the other. */
function aDocument(task: CompiledTask, values: readonly JsonValue[]) {
  const texts = values.map((value) => {
    return leavesOf(task, value)
      .flatMap((leaf) => (typeof leaf.value === 'string' ? [leaf.value] : []))
      .join('\n');
  });
  const chunks = values.map((value, index) => {
    const start = texts.slice(0, index).reduce((total, part) => total + part.length + 1, 0);
    return aReading(task, texts.join('\n'), { start, end: start + (texts[index]?.length ?? 0) }, value);
  });
  return { text: texts.join('\n'), chunks };
}

function leavesOf(task: CompiledTask, answer: JsonValue): { pointer: string; value: JsonValue }[] {
  return [...walkAnswer(task.output, answer)].filter(({ field, value }) => field.type === 'verbatim' && value !== null);
}

function isLeaf(value: JsonValue): boolean {
  return typeof value !== 'object';
}

function fail(refused: unknown): never {
  throw new Error(JSON.stringify(refused));
}
