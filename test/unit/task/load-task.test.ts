import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { findDuplicateMember } from '../../../src/task/find-duplicate-member.ts';
import { findJsonError } from '../../../src/task/find-json-error.ts';
import { loadTask } from '../../../src/task/load-task.ts';
import { anObject } from './a-task.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docmill-task-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function aFile(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function messageOf(nameOrPath: string): Promise<string> {
  const error: unknown = await loadTask(nameOrPath).catch((error: unknown) => error);
  return error instanceof AppError ? `${error.code}: ${error.message}` : 'no AppError';
}

const output = anObject({ topic: { enum: ['a', 'b'] } });
const repository = new URL('../../../', import.meta.url).href;

test('a built-in task is loaded by its name', async () => {
  expect((await loadTask('invoice')).name).toBe('invoice');
});

test('a name that no task has is answered with the names there are and the closest one [T1]', async () => {
  expect(await messageOf('invoise')).toMatch(/^TASK_INVALID: .*`invoise`.*did you mean `invoice`.*`ticket`/);
  expect(await messageOf('constructor')).toMatch(/^TASK_INVALID: There is no task `constructor`;/);
});

test('a JSON file is a task', async () => {
  const task = { name: 'mine', kind: 'classify', instructions: 'Sort.', output };
  expect(await loadTask(await aFile('mine.json', `\uFEFF${JSON.stringify(task)}`))).toEqual(task);
});

test('a task without instructions gets some from its fields', async () => {
  const described = { ...output, properties: { topic: { enum: ['a', 'b', 'c'], description: 'what it is about' } } };
  const path = await aFile('bare.json', JSON.stringify({ name: 'bare', kind: 'classify', output: described }));
  expect((await loadTask(path)).instructions).toBe('Classify the document: topic (a, b or c; what it is about).');
});

test('a TypeScript file is a task', async () => {
  const path = await aFile(
    'typed.ts',
    `import { z } from '${import.meta.resolve('zod')}';
     import { defineTask, verbatim } from '${repository}schemas/task.ts';
     const name: string = 'typed';
     export default defineTask({ name, kind: 'extract', instructions: 'Read.', output: z.object({ vendor: verbatim() }) });`,
  );
  expect(compileTask(await loadTask(path)).output.properties[0]?.field.type).toBe('verbatim');
});

test('a mistake in JSON is shown by line and column [T1]', async () => {
  const path = await aFile('wrong.json', '{"name": "x",\n "kind": extract}');
  expect(await messageOf(path)).toContain(`TASK_INVALID: Task file is not valid JSON at \`${path}:2:10\``);
});

test('a member that stands twice in an object is shown by line and column', async () => {
  const path = await aFile('twice.json', '{"name": "x",\n "output": {"a": ["}", {"b": 1}], "b": "a:", "\\u0061": 1}}');
  expect(await messageOf(path)).toContain(`TASK_INVALID: Task file has \`a\` twice in one object at \`${path}:2:46\``);
});

test('what JSON.stringify writes has no member twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, space) => {
      expect(findDuplicateMember(JSON.stringify(value, null, space))).toBeUndefined();
    }),
  );
});

test.each([
  ['{"a" \t\r\n: 1, "a": 2}', { name: 'a', at: 13 }],
  ['[{"a":1},{"a":1},"a","a"]', undefined],
  ['{"a":{"b":1},"c":{"b":1},"b":1}', undefined],
  ['{"a":["a","a"],"b":"a"}', undefined],
  ['{"a":1,"b":{"a":1},"\\u0061":1}', { name: 'a', at: 19 }],
  ['{"a\\\\":1,"a":1,"a\\"":1,"a\\\\":1}', { name: 'a\\', at: 23 }],
  ['"a"', undefined],
])('the first member that stands twice in one object of %s is %j', (json, found) => {
  expect(findDuplicateMember(json)).toEqual(found);
});

test.each([
  ['', { line: 1, column: 1 }],
  ['{"a": 1', { line: 1, column: 8 }],
  ['{"a": 1,\n}', { line: 2, column: 1 }],
  ['{"a": 1} ', undefined],
  [`[${'1,'.repeat(60)}"\u0001"]`, { line: 1, column: 123 }],
])('what is wrong in the JSON of %j stands at %j', (text, place) => {
  expect(findJsonError(text)).toEqual(place);
});

test('an absurdly deep schema is refused, also where instructions would be written from it', async () => {
  const schema = `${'{"anyOf":['.repeat(20_000)}{}${',{"type":"null"}]}'.repeat(20_000)}`;
  const path = await aFile('deep.json', `{"name":"deep","kind":"extract","output":${schema}}`);
  expect(await messageOf(path)).toMatch(/^SCHEMA_UNSUPPORTED: .*nested more than 100 levels deep/);
});

test.each([
  ['missing.json', undefined, /There is no task file/],
  ['missing.ts', undefined, /There is no task file/],
  ['empty.mjs', '', /has no task/],
  ['plain.mjs', 'export default { name: "x" }', /has no task/],
  ['throws.mjs', 'throw new Error("no luck")', /cannot be loaded: no luck/],
  ['list.json', '[]', /The task cannot be used/],
  ['member.json', JSON.stringify({ name: 'x', kind: 'extract', instructions: 'a', output, extra: 1 }), /extra/],
])('%s is no task', async (name, text, message) => {
  const path = text === undefined ? join(folder, name) : await aFile(name, text);
  expect(await messageOf(path)).toMatch(message);
});

test('the place of a mistake in JSON is where the mistake was made', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.array(fc.constantFrom(' ', '\n')), (value, space) => {
      const before = `${space.join('')}[${JSON.stringify(value, null, 1)},`;
      const lines = before.split('\n');
      expect(findJsonError(`${before}?]`)).toEqual({ line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
      expect(findJsonError(`${before}1]`)).toBeUndefined();
    }),
  );
});
