import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonObject, type JsonValue, isJsonObject } from '../../../schemas/json.ts';
import type { ResultLine } from '../../../schemas/result.ts';
import { evaluate } from '../../../src/evaluation/evaluate.ts';
import type { FieldScores } from '../../../src/evaluation/field-scores.ts';
import { judgeDocument } from '../../../src/evaluation/judge-document.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import type { CompiledTask } from '../../../src/task/field.ts';
import { walkAnswer } from '../../../src/task/walk-answer.ts';
import { aTask, anObject } from '../task/a-task.ts';
import { answerArbitrary, outputArbitrary } from '../task/arbitrary-answer.ts';

type Ok = Extract<ResultLine, { status: 'ok' }>;

const order = compileTask(
  aTask(
    anObject({
      topic: { enum: ['a', 'b', 'c'] },
      vendor: { type: ['string', 'null'], 'x-docmill': { verbatim: true } },
      tags: { type: 'array', uniqueItems: true, items: { enum: ['x', 'y', 'z'] } },
      items: { type: 'array', items: anObject({ name: { type: 'string' }, count: { type: 'integer' } }) },
    }),
  ),
);
const gold = { topic: 'a', vendor: 'Acme', tags: ['x'], items: [item('nail', 2), item('bolt', 3)] };

function item(name: string, count: number): JsonObject {
  return { name, count };
}

function judge(final: JsonObject, line: Partial<Ok> | null, task: CompiledTask = order, text = '') {
  const failed: ResultLine = { id: 'd', status: 'failed', error: { code: 'TOO_LONG', message: 'Too long.' } };
  const ok: ResultLine = { id: 'd', status: 'ok', answer: {}, confidence: {}, ...line };
  return judgeDocument(task, { given: final, final, text }, line === null ? failed : ok);
}

function field<Kind extends FieldScores['kind']>(
  fields: readonly FieldScores[],
  pointer: string,
  kind: Kind,
): Extract<FieldScores, { kind: Kind }> {
  const found = fields.find(
    (one): one is Extract<FieldScores, { kind: Kind }> => one.kind === kind && one.pointer === pointer,
  );
  if (found === undefined) throw new Error(`no scores of ${pointer}`);
  return found;
}

/** A task, a valid answer, and a confidence for every leaf of it. */
const answered = outputArbitrary.chain(({ schema, field: output }) =>
  answerArbitrary({ ...output, nullable: false }).map((answer) => {
    const confidence = Object.fromEntries(
      [...walkAnswer(output, answer)].filter(({ value }) => !isContainer(value)).map(({ pointer }) => [pointer, 0.9]),
    );
    return { task: compileTask(aTask(schema)), answer: isJsonObject(answer) ? answer : {}, confidence };
  }),
);

function isContainer(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

describe('for any task', () => {
  test('the gold answer itself is right everywhere', () => {
    fc.assert(
      fc.property(answered, ({ task, answer, confidence }) => {
        const judgement = judge(answer, { answer, confidence }, task);
        expect(judgement).toMatchObject({ exact: true, wrong: [] });
        expect(judgement.points.filter(({ right }) => !right)).toEqual([]);
        const { documents, micro, macro, worst, fields } = evaluate([judgement], 0.95);
        expect(documents.exact).toBe(1);
        expect([1, null]).toContain(micro.exact);
        expect([1, null]).toContain(micro.f1);
        expect([1, null]).toContain(macro.exact);
        expect(worst).toEqual([]);
        for (const { items, exact } of fields.filter((one) => one.kind === 'list')) {
          expect(exact).toBe(1);
          expect([1, null]).toContain(items.f1);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a document without an answer has nothing right', () => {
    fc.assert(
      fc.property(answered, ({ task, answer }) => {
        const { documents, micro, worst } = evaluate([judge(answer, null, task)], 0.95);
        expect(documents).toMatchObject({ ok: 0, exact: 0, failed: { TOO_LONG: 1 } });
        expect([0, null]).toContain(micro.exact);
        expect(worst).toMatchObject([{ id: 'd', code: 'TOO_LONG', right: 0 }]);
      }),
      { numRuns: 50 },
    );
  });

  test('two different answers are never the same, and every figure lies between 0 and 1', () => {
    const pair = answered.chain(({ task, answer }) =>
      answerArbitrary(task.output).map((other) => ({ task, answer, other: isJsonObject(other) ? other : {} })),
    );
    fc.assert(
      fc.property(pair, ({ task, answer, other }) => {
        const judgement = judge(answer, { answer: other }, task);
        const { micro, macro, fields } = evaluate([judgement], 0.5);
        expect(judgement.exact).toBe(judgement.wrong.length === 0);
        const figures = [...Object.values(micro), ...Object.values(macro), ...numbersIn(fields)];
        for (const figure of figures.filter((one) => one !== null)) {
          expect(figure).toBeGreaterThanOrEqual(0);
          expect(figure).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

/** Shares only: no counts, pointers or labels. */
function numbersIn(fields: readonly FieldScores[]): (number | null)[] {
  return fields.flatMap((one) => {
    if (one.kind === 'label') return [one.accuracy, one.macroF1, ...one.labels.map(({ f1 }) => f1)];
    if (one.kind === 'labels') return [one.exact, one.macroF1, one.precision, one.recall, one.f1];
    if (one.kind === 'list') return [one.exact, ...Object.values(one.items), ...Object.values(one.exactItems)];
    return [one.exact, one.normalized, one.precision, one.recall, one.f1, ...Object.values(one.nulls)];
  });
}

test('one wrong value is wrong in its field, its document and its confidence, and nowhere else', () => {
  const answer = { ...gold, items: [item('nail', 2), item('bolt', 4)] };
  const confidence = { '/topic': 1, '/items/1/count': 0.6 };
  const judgement = judge(gold, { answer, confidence });
  expect(judgement).toMatchObject({ exact: false, wrong: ['/items/1/count'], confidence: 0.6 });
  expect(judgement.points).toEqual([
    { confidence: 1, right: true },
    { confidence: 0.6, right: false },
  ]);
  const { fields, micro } = evaluate([judgement], 0.95);
  expect(field(fields, '/items/*/count', 'value')).toMatchObject({ pairs: 2, exact: 0.5 });
  expect(field(fields, '/items/*/name', 'value')).toMatchObject({ exact: 1 });
  expect(field(fields, '/items', 'list')).toMatchObject({ exact: 0, items: { f1: 0.75 }, exactItems: { f1: 0.5 } });
  // topic, vendor, tags, two names and one of two counts.
  expect(micro.exact).toBeCloseTo(6 / 7, 12);
});

test('the order of items costs the exact list and nothing else', () => {
  const answer = { ...gold, items: gold.items.toReversed() };
  const judgement = judge(gold, { answer });
  expect(judgement).toMatchObject({ exact: false, wrong: ['/items'] });
  const { fields, micro } = evaluate([judgement], 0.95);
  expect(micro.exact).toBe(1);
  expect(field(fields, '/items', 'list')).toMatchObject({ exact: 0, items: { f1: 1 }, exactItems: { f1: 1 } });
});

test('the order of labels says nothing', () => {
  const both = { ...gold, tags: ['x', 'z'] };
  const { exact, points } = judge(both, { answer: { ...both, tags: ['z', 'x'] }, confidence: { '/tags/0': 0.8 } });
  expect({ exact, points }).toEqual({ exact: true, points: [{ confidence: 0.8, right: true }] });
});

test('each label of a set is judged alone, and an empty set by whether there is nothing', () => {
  const confidence = { '/tags/0': 0.9, '/tags/1': 0.4 };
  const { points } = judge(gold, { answer: { ...gold, tags: ['x', 'z'] }, confidence });
  expect(points).toEqual([
    { confidence: 0.9, right: true },
    { confidence: 0.4, right: false },
  ]);
  const empty = judge(gold, { answer: { ...gold, tags: [] }, confidence: { '/tags': 0.8 } });
  expect(empty.points).toEqual([{ confidence: 0.8, right: false }]);
});

test('an invented item lowers precision, a missing one recall', () => {
  const invented = judge(gold, { answer: { ...gold, items: [...gold.items, item('tape', 1)] } });
  const missing = judge(gold, { answer: { ...gold, items: gold.items.slice(1) } });
  const scoresOf = (judgement: typeof invented) =>
    field(evaluate([judgement], 0.95).fields, '/items', 'list').exactItems;
  expect(scoresOf(invented)).toMatchObject({ precision: 2 / 3, recall: 1 });
  expect(scoresOf(missing)).toMatchObject({ precision: 1, recall: 0.5 });
  expect(invented.wrong).toEqual(['/items/2/name', '/items/2/count']);
  expect(missing.wrong).toEqual(['/items/0/name', '/items/0/count']);
});

test('saying null where there is a value, and a value where there is null, have figures of their own', () => {
  const none = { ...gold, vendor: null };
  const judgements = [
    judge(none, { answer: none }),
    judge(none, { answer: gold }),
    judge(gold, { answer: none }),
    judge(gold, { answer: gold }),
    judge(gold, { answer: gold }),
  ];
  const { exact, precision, recall, nulls } = field(evaluate(judgements, 0.95).fields, '/vendor', 'value');
  expect(exact).toBe(0.6);
  expect({ precision, recall }).toEqual({ precision: 2 / 3, recall: 2 / 3 });
  expect(nulls).toMatchObject({ precision: 0.5, recall: 0.5 });
});

test('a value that differs in looks alone matches when normalised', () => {
  const judgement = judge(gold, { answer: { ...gold, vendor: ' ＡＣＭＥ. ' } });
  expect(field(evaluate([judgement], 0.95).fields, '/vendor', 'value')).toMatchObject({ exact: 0, normalized: 1 });
});

test('a span counts by the characters that it shares with the nearest place of the gold value', () => {
  const text = 'To Acme\nFrom Acme Corp';
  const spans = { '/vendor': { start: 13, end: 22 } };
  const judgement = judge(gold, { answer: { ...gold, vendor: 'Acme Corp' }, spans }, order, text);
  const { spans: scores } = field(evaluate([judgement], 0.95).fields, '/vendor', 'value');
  expect(scores).toEqual({ precision: 4 / 9, recall: 1, f1: 8 / 13 });
});

test('failed documents count in the coverage and come first among the worst', () => {
  const judgements = [judge(gold, { answer: gold, confidence: { '/topic': 0.7 } }), judge(gold, null)];
  const { thresholds, worst } = evaluate(judgements, 0.95);
  expect(thresholds.documents).toEqual({ confidence: 0.7, accuracy: 1, coverage: 0.5 });
  expect(worst).toEqual([expect.objectContaining({ status: 'failed', code: 'TOO_LONG', values: 7, right: 0 })]);
});

test('the worst documents come first, and exact ones not at all', () => {
  const answers = [gold, { ...gold, topic: 'b' }, { ...gold, topic: 'b', vendor: null }];
  const judgements = answers.map((answer, index) => Object.assign(judge(gold, { answer }), { id: `${index}` }));
  const { worst } = evaluate(judgements, 0.95);
  expect(worst.map(({ id, right, wrong }) => ({ id, right, wrong }))).toEqual([
    { id: '2', right: 5, wrong: ['/topic', '/vendor'] },
    { id: '1', right: 6, wrong: ['/topic'] },
  ]);
});
