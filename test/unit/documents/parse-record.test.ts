import { expect, test } from 'vitest';
import { parseRecord } from '../../../src/documents/parse-record.ts';

const parse = (json: string, fields = {}) => parseRecord(Buffer.from(json), fields);

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
  ['{"id":"","text":"t"}', 'has as `id` neither a number nor a usable string'],
  ['{"id":{},"text":"t"}', 'has as `id` neither a number nor a usable string'],
  ['{"id":"a\\nb","text":"t"}', 'has as `id` neither a number nor a usable string'],
  ['{"id":"\\ud800","text":"t"}', 'has as `id` neither a number nor a usable string'],
  [`{"id":"${'x'.repeat(1025)}","text":"t"}`, 'has as `id` neither a number nor a usable string'],
])('%s is no usable record', (json, problem) => {
  expect(parse(json)).toMatchObject({ status: 'unusable', problem });
});

const nested = (levels: number) => `{"text":"[[[\\"{{{","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

test('a record may be nested 64 levels deep and no deeper, brackets in strings not counted [F7]', () => {
  expect(parse(nested(64))).toMatchObject({ text: '[[["{{{' });
  expect(parse(nested(65))).toMatchObject({ problem: 'is nested deeper than 64 levels' });
  expect(parse('['.repeat(1_000_000))).toMatchObject({ problem: 'is nested deeper than 64 levels' });
});

test('bytes that are not UTF-8 make a record lossy', () => {
  expect(parseRecord(Buffer.from('{"text":"caf\xe9"}', 'latin1'), {})).toMatchObject({
    text: 'caf\ufffd',
    lossy: true,
  });
});

test.each([
  [{ textField: 'body' }, '{"body":"b","text":"t","id":"1"}', { id: '1', text: 'b' }],
  [
    { textField: '/mail/body', idField: '/mail/no' },
    '{"no":3,"mail":{"no":12.50,"body":"b"}}',
    { id: '12.50', text: 'b' },
  ],
  [{ textField: '/parts/1/a~1b' }, '{"parts":[{},{"a/b":"b"}]}', { id: null, text: 'b' }],
  [{ idField: 'key' }, '{"x":{"key":1},"key":2e1,"y":{"key":3},"text":"t"}', { id: '2e1', text: 't' }],
  [{ textField: 'a/b' }, '{"a/b":"b","a":{"b":"c"}}', { text: 'b' }],
  [{ textField: '/__proto__/x' }, '{}', { problem: 'has no string member `/__proto__/x`' }],
  [{ textField: 'body' }, '{"text":"t"}', { problem: 'has no string member `body`' }],
  [{ idField: 'key' }, '{"key":[],"text":"t"}', { problem: 'has as `key` neither a number nor a usable string' }],
])('with the fields %j, the record %s is taken as %j', (fields, json, wanted) => {
  expect(parse(json, fields)).toMatchObject(wanted);
});

test('a record without text keeps its id and members, so that its line can be joined', () => {
  expect(parse('{"id":7,"team":"A"}')).toMatchObject({ status: 'unusable', id: '7', members: { team: 'A' } });
});

const request = (messages: unknown) =>
  JSON.stringify({ custom_id: 'r-1', method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages } });

test.each([
  [[{ role: 'user', content: 'Hello' }], { id: 'r-1', text: 'Hello' }],
  [
    [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One' },
      { role: 'assistant', content: 'Yes?' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Two' },
          { type: 'text', text: 'Three' },
        ],
      },
    ],
    { id: 'r-1', text: 'One\n\nTwo\n\nThree' },
  ],
  [
    [{ role: 'user', content: [{ type: 'text', text: 'See' }, { type: 'image_url' }] }],
    { id: 'r-1', status: 'unusable' },
  ],
  [[{ role: 'system', content: 'Be brief.' }], { id: 'r-1', status: 'unusable' }],
  [[7, { role: 'user' }], { id: 'r-1', problem: 'is a request without a user message of text alone' }],
  ['Hello', { problem: 'has no string member `text`' }],
])('a request of an OpenAI batch with the messages %j is taken as %j', (messages, wanted) => {
  expect(parse(request(messages))).toMatchObject(wanted);
});

test('a record that looks like a request is read by the field that was named, or by its own text', () => {
  expect(parse(request([]), { textField: '/body/model' })).toMatchObject({ id: null, text: 'm' });
  expect(parse('{"custom_id":"c","id":"i","text":"t","body":{"messages":[]}}')).toMatchObject({ id: 'i', text: 't' });
});
