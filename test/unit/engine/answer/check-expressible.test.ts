import { expect, test } from 'vitest';
import { checkExpressible } from '../../../../src/engine/answer/check-expressible.ts';
import { compileTask } from '../../../../src/task/compile-task.ts';
import type { JsonObject } from '../../../../schemas/json.ts';

/** A vocabulary of everything but `ß`. */
const canWrite = (bytes: string): boolean => !bytes.includes('\u00c3\u009f');

function check(properties: JsonObject): void {
  const output = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  checkExpressible(compileTask({ name: 'any', kind: 'extract', instructions: 'Do.', output }).output, canWrite);
}

test('a label without tokens is refused with its field, in a list as well', () => {
  expect(() => check({ street: { enum: ['Hauptstraße', 'Weg'] } })).toThrow(/label of the field `\/street`/);
  const items = { type: 'array', items: { enum: ['a', 'ß'] }, uniqueItems: true };
  expect(() => check({ tags: items })).toThrow(/label of the field `\/tags\/\*`/);
  expect(() => check({ street: { enum: ['Hauptstrasse', '東京', '👩‍👩‍👧', '"'] } })).not.toThrow();
});

test('a name without tokens is refused', () => {
  expect(() => check({ länge: { type: 'boolean' }, straße: { type: 'boolean' } })).toThrow(
    /name of the field `\/straße`/,
  );
});

test('bounds that no number fits are refused', () => {
  expect(() => check({ rate: { type: 'number', minimum: 1.1e-21, maximum: 1.2e-21 } })).toThrow(
    /bounds of the field `\/rate`/,
  );
});
