import { expect, test } from 'vitest';
import { parseRecord } from '../../../src/documents/parse-record.ts';

const parse = (json: string) => parseRecord(Buffer.from(json));

test.each([
  ['{"text":"t"}', null],
  ['{"id":null,"text":"t"}', null],
  ['{"id":"C#-50%","text":"t"}', 'C#-50%'],
  ['{"id":7,"text":"t"}', '7'],
  ['{"id":12345678901234567890,"text":"t"}', '12345678901234567890'],
  ['{"x":{"id":99999999999999999999},"id":12345678901234567891,"y":[{"id":1.5}],"text":"t"}', '12345678901234567891'],
  ['{"id":1.0,"text":"t"}', '1.0'],
  ['{"\\u0069d" : 1e3 ,"text":"t"}', '1e3'],
  ['{"id":-0,"text":"t"}', '-0'],
  ['{"id":1.50,"text":"t"}', '1.50'],
  ['{"id":1e999,"text":"t"}', '1e999'],
])('the own id of %s is %j', (json, id) => {
  expect(parse(json)).toMatchObject({ id, text: 't', lossy: false });
});

test.each([
  ['not json', 'is not a JSON object'],
  ['["text"]', 'is not a JSON object'],
  ['null', 'is not a JSON object'],
  ['{"text":7}', 'has no string member `text`'],
  ['{"__proto__":{"text":"t"}}', 'has no string member `text`'],
  ['{"id":"","text":"t"}', 'has an `id` that is neither a number nor a usable string'],
  ['{"id":{},"text":"t"}', 'has an `id` that is neither a number nor a usable string'],
  ['{"id":"a\\nb","text":"t"}', 'has an `id` that is neither a number nor a usable string'],
  ['{"id":"\\ud800","text":"t"}', 'has an `id` that is neither a number nor a usable string'],
  [`{"id":"${'x'.repeat(1025)}","text":"t"}`, 'has an `id` that is neither a number nor a usable string'],
])('%s is no usable record', (json, problem) => {
  expect(parse(json)).toBe(problem);
});

const nested = (levels: number) => `{"text":"[[[\\"{{{","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

test('a record may be nested 64 levels deep and no deeper, brackets in strings not counted', () => {
  expect(parse(nested(64))).toMatchObject({ text: '[[["{{{' });
  expect(parse(nested(65))).toBe('is nested deeper than 64 levels');
  expect(parse('['.repeat(1_000_000))).toBe('is nested deeper than 64 levels');
});

test('bytes that are not UTF-8 make a record lossy', () => {
  expect(parseRecord(Buffer.from('{"text":"caf\xe9"}', 'latin1'))).toMatchObject({ text: 'caf\ufffd', lossy: true });
});
