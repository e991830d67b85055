import { expect, test } from 'vitest';
import { locateSpans } from '../../../../src/engine/answer/locate-spans.ts';
import type { Field } from '../../../../src/task/field.ts';

const copied: Field = { nullable: true, type: 'verbatim', maxLength: 40 };

function rows(...names: string[]): Field {
  const properties = names.map((name) => ({ name, field: copied }));
  const items: Field = { nullable: false, type: 'object', properties };
  const array: Field = { nullable: false, type: 'array', items, minItems: 0, maxItems: 9, unique: false };
  return { nullable: false, type: 'object', properties: [{ name: 'rows', field: array }] };
}

function startOf(text: string, ...words: string[]): number {
  return words.reduce((from, word) => text.indexOf(word, from) + 1, 0) - 1;
}

const number: Field = { nullable: true, type: 'verbatim', maxLength: 40, normalize: 'number' };

function total(field: Field): Field {
  return { nullable: false, type: 'object', properties: [{ name: 'total', field }] };
}

test('a value outside arrays gets its first occurrence', () => {
  expect(locateSpans(total(copied), { total: '5' }, '5 and 5')).toEqual({ '/total': { start: 0, end: 1 } });
});

function fields(...names: string[]): Field {
  return { nullable: false, type: 'object', properties: names.map((name) => ({ name, field: copied })) };
}

test('equal values of fields outside arrays get one occurrence after the other, as long as there are some', () => {
  const answer = { from: 'Bern', by: 'train', to: 'Bern', over: 'Bern' };
  expect(locateSpans(fields('from', 'by', 'to', 'over'), answer, 'train: Bern to Bern')).toEqual({
    '/from': { start: 7, end: 11 },
    '/by': { start: 0, end: 5 },
    '/to': { start: 15, end: 19 },
    '/over': { start: 7, end: 11 },
  });
});

test('an equal value of a nested object comes behind the one before it, and not within a longer word', () => {
  const output: Field = {
    nullable: false,
    type: 'object',
    properties: [
      { name: 'seller', field: fields('city') },
      { name: 'buyer', field: fields('city') },
    ],
  };
  const answer = { seller: { city: 'Bern' }, buyer: { city: 'Bern' } };
  expect(locateSpans(output, answer, 'Bern, Bernau, Bern')['/buyer/city']).toEqual({ start: 14, end: 18 });
  expect(locateSpans(output, answer, 'Bern, Bernau')['/buyer/city']).toEqual({ start: 0, end: 4 });
});

test('a value is not found within a longer word or number while it stands on its own elsewhere', () => {
  const text = 'B3 of 13 April, 3,50 x 3';
  expect(locateSpans(total(number), { total: '3' }, text)['/total']?.start).toBe(text.indexOf('B3') + 1);
  expect(locateSpans(total(copied), { total: '3' }, text)['/total']?.start).toBe(text.indexOf('3,50'));
  expect(locateSpans(total(number), { total: '3' }, text.slice(2))['/total']?.start).toBe(text.length - 3);
});

test('a value that stands on its own above comes before one within a number of its own row', () => {
  const rowsOf = [{ price: '13.00' }, { price: '3' }];
  expect(locateSpans(rows('price'), { rows: rowsOf }, '3 13.00 23')['/rows/1/price']).toEqual({ start: 0, end: 1 });
});

test('a value that stands only within a longer number is found there, and one that stands nowhere has no span', () => {
  expect(locateSpans(total(number), { total: '3' }, '13.00')).toEqual({ '/total': { start: 1, end: 2 } });
  expect(locateSpans(total(number), { total: '4' }, '13.00')).toEqual({});
});

test('equal values of a table get the spans of their own rows', () => {
  const text = 'bolt 2 9.00\nscrew 2 9.00\nbolt 2 9.00';
  const answer = {
    rows: [
      { name: 'bolt', count: '2', price: '9.00' },
      { name: 'screw', count: '2', price: '9.00' },
      { name: 'bolt', count: '2', price: '9.00' },
    ],
  };
  const spans = locateSpans(rows('name', 'count', 'price'), answer, text);
  expect(spans['/rows/1/price']?.start).toBe(startOf(text, 'screw', '9.00'));
  expect(spans['/rows/2/name']?.start).toBe(startOf(text, 'screw', 'bolt'));
  expect(spans['/rows/2/count']?.start).toBe(startOf(text, 'screw', 'bolt', '2'));
});

test('a value is looked for behind what was found for its own row', () => {
  const text = 'bolt 9.00 void\nscrew 9.00';
  const answer = {
    rows: [
      { name: 'bolt', price: null },
      { name: 'screw', price: '9.00' },
    ],
  };
  expect(locateSpans(rows('name', 'price'), answer, text)['/rows/1/price']?.start).toBe(startOf(text, 'screw', '9.00'));
});

test('fields in another order than the columns of the table still get their own rows', () => {
  const answer = {
    rows: [
      { price: '9.00', name: 'bolt' },
      { price: '9.00', name: 'screw' },
    ],
  };
  expect(locateSpans(rows('price', 'name'), answer, 'bolt 9.00\nscrew 9.00')).toEqual({
    '/rows/0/price': { start: 5, end: 9 },
    '/rows/0/name': { start: 0, end: 4 },
    '/rows/1/price': { start: 16, end: 20 },
    '/rows/1/name': { start: 10, end: 15 },
  });
});

test('a value that stands in the text once has that span however often it is answered', () => {
  const answer = { rows: [{ name: '東京' }, { name: '東京' }] };
  expect(locateSpans(rows('name'), answer, '👩 東京')).toEqual({
    '/rows/0/name': { start: 3, end: 5 },
    '/rows/1/name': { start: 3, end: 5 },
  });
});
