import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openParser } from '../../../src/documents/parse-apart/open-parser.ts';
import { isAppError } from '../../../src/errors.ts';
import { readGold } from '../../../src/evaluation/read-gold.ts';
import { toCopiedGold } from '../../../src/evaluation/to-copied-gold.ts';
import { toFinalGold } from '../../../src/evaluation/to-final-gold.ts';
import { toTrainingLine } from '../../../src/evaluation/to-training-line.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { loadTask } from '../../../src/task/load-task.ts';
import { renderPrompt } from '../../../src/task/prompt.ts';
import { aTask, anObject } from '../task/a-task.ts';
import { createTemporaryFiles } from '../documents/temporary-files.ts';

const examples = join(import.meta.dirname, '../../../examples');
const bill = compileTask(
  aTask(
    anObject({
      vendor: { type: 'string', 'x-docmill': { verbatim: true } },
      total: { type: 'number', 'x-docmill': { verbatim: true, normalize: 'number' } },
    }),
  ),
);
const text = 'Nordlicht GmbH\nTotal 1.204,50 EUR (1204.5)';

const parser = openParser();
afterAll(() => parser[Symbol.asyncDispose]());

/** What a gold file with these lines says; `a.txt` lies beside it. */
async function readAll(lines: readonly unknown[]) {
  const content = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  await using files = await createTemporaryFiles({ 'gold.jsonl': content, 'a.txt': 'Text of a file' });
  const documents = [];
  for await (const { id, gold, read } of readGold(join(files.directory, 'gold.jsonl'), undefined)) {
    documents.push({ id, gold, result: await read(parser) });
  }
  return documents;
}

async function refusal(lines: readonly unknown[]): Promise<string> {
  try {
    await readAll(lines);
  } catch (error) {
    if (isAppError(error)) return error.message.replaceAll(/`[^`]*gold.jsonl`/g, 'GOLD');
    throw error;
  }
  throw new Error('not refused');
}

describe('a gold file', () => {
  test('may begin with a byte order mark and end its lines as Windows does', async () => {
    const lines = [`\uFEFF${JSON.stringify({ id: '1', text: 'Hello', gold: { a: 1 } })}\r`, '\r'];
    expect(await readAll(lines)).toMatchObject([{ id: '1', gold: { a: 1 }, result: { document: { text: 'Hello' } } }]);
  });

  test('in another encoding than UTF-8 is refused with the line, instead of being learned garbled', async () => {
    const good = Buffer.from('{"id":"1","text":"Müller","gold":{}}\n');
    const bad = Buffer.from('{"id":"2","text":"Müller","gold":{}}\n', 'latin1');
    await using files = await createTemporaryFiles();
    const path = join(files.directory, 'gold.jsonl');
    await writeFile(path, Buffer.concat([good, bad]));
    const ids: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const { id } of readGold(path, undefined)) ids.push(id);
    };
    await expect(reading()).rejects.toThrow(/^Line 2 of .* is not UTF-8/);
    expect(ids).toEqual(['1']);
  });

  test('gives texts in the line and texts in files alike', async () => {
    const documents = await readAll([
      { id: '1', text: 'Hello', gold: { a: 1 } },
      '',
      { id: '2', file: 'a.txt', gold: {} },
    ]);
    expect(documents).toMatchObject([
      { id: '1', gold: { a: 1 }, result: { document: { text: 'Hello' } } },
      { id: '2', gold: {}, result: { document: { text: 'Text of a file' } } },
    ]);
  });

  test.each([
    ['no JSON', ['{'], /^Line 1 of GOLD is no gold line/],
    ['a member that is not known', [{ id: '1', txt: 'x', gold: {} }], /^Line 1 of GOLD is no gold line/],
    [
      'no text',
      [
        { id: '1', text: 'x', gold: {} },
        { id: '2', gold: {} },
      ],
      /^Line 2 of GOLD \(`2`\) has no `text`/,
    ],
    ['text and file', [{ id: '1', text: 'x', file: 'a.txt', gold: {} }], /has both/],
    ['a file that is not there', [{ id: '1', file: 'b.txt', gold: {} }], /^Line 1 .* cannot be read/],
    [
      'an id twice',
      [
        { id: '1', text: 'x', gold: {} },
        { id: '1', text: 'y', gold: {} },
      ],
      /^Line 2 .* id as line 1/,
    ],
    ['nothing', [''], /holds no documents/],
  ])('with %s is refused, and the line is named', async (_, lines, message) => {
    expect(await refusal(lines)).toMatch(message);
  });
});

describe('the answer to be learned', () => {
  test('holds copied texts as they are given', () => {
    const gold = { total: '1204.5', vendor: 'Nordlicht GmbH' };
    const copied = toCopiedGold(bill, gold, text);
    expect(copied).toMatchObject({ status: 'copied', answer: gold, located: [] });
    expect(Object.keys(copied.status === 'copied' ? copied.answer : {})).toEqual(['vendor', 'total']);
  });

  test('holds the first text that says a normalised value, and tells when there are several', () => {
    expect(toCopiedGold(bill, { vendor: 'Nordlicht GmbH', total: 1204.5 }, text)).toMatchObject({
      answer: { total: '1.204,50' },
      located: ['/total'],
      ambiguous: ['/total'],
    });
  });

  test.each([
    [{ vendor: 'Nordlicht GmbH', total: 7 }, '/total', 'no text of the document says this number'],
    [{ vendor: 'Acme', total: 1204.5 }, '/vendor', 'no text of the document is this value'],
    [{ vendor: 'Nordlicht GmbH', total: 'EUR' }, '/total', 'the text is no number'],
    [{ vendor: 'Nordlicht GmbH' }, '/total', 'the property is missing'],
    [{ vendor: 'Nordlicht GmbH', total: 1204.5, more: 1 }, '', 'it has a property that the schema does not have'],
    [{ vendor: 'Nordlicht GmbH', total: true }, '/total', 'expected a text of 1 to 64 characters'],
  ])('cannot be made from %j', (gold, pointer, problem) => {
    const copied = toCopiedGold(bill, gold, text);
    if (copied.status !== 'wrong') throw new Error('not refused');
    expect(copied.problem.pointer).toBe(pointer);
    expect(copied.problem.problem).toContain(problem);
  });
});

test('copied texts are scored as what they say, and text that says nothing is refused', () => {
  expect(toFinalGold(bill, { vendor: 'Nordlicht GmbH', total: '1.204,50' })).toEqual({
    status: 'final',
    answer: { vendor: 'Nordlicht GmbH', total: 1204.5 },
  });
  expect(toFinalGold(bill, { vendor: 'Nordlicht GmbH', total: 'a lot' })).toMatchObject({
    problem: { pointer: '/total', problem: 'the text is no number' },
  });
  expect(toFinalGold(bill, { vendor: 'Nordlicht GmbH', total: null })).toMatchObject({
    problem: { pointer: '/total', problem: 'null is not allowed' },
  });
});

test.each(['ticket', 'invoice'])('every example of %s keeps its answer on the way through its texts', async (name) => {
  const task = compileTask(await loadTask(name));
  const folder = join(examples, `${name}s`);
  for await (const document of readGold(`${folder}.gold.jsonl`, folder)) {
    const copied = toCopiedGold(task, document.gold, readFileSync(join(folder, document.id), 'utf8'));
    if (copied.status === 'wrong') throw new Error(`${document.id} ${copied.problem.pointer}`);
    expect(toFinalGold(task, copied.answer)).toEqual({ status: 'final', answer: document.gold });
  }
});

test('a training line says the same as segments, as turns and as one text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.boolean(), (document, vendor, hasExample) => {
      const examples = hasExample ? [{ text: 'Acme\nTotal 5', answer: { vendor: 'Acme', total: '5' } }] : [];
      const task = compileTask({ ...bill.task, examples });
      const line = toTrainingLine(task, { id: 'd', text: document, answer: { vendor, total: '5' } });
      expect(line.prompt).toEqual(renderPrompt(task, document));
      expect(JSON.parse(line.answer)).toEqual({ vendor, total: '5' });
      expect(line.messages.at(-1)).toEqual({ role: 'assistant', content: line.answer });
      expect(line.messages.at(-2)).toEqual({ role: 'user', content: `Read.\n\n${document}` });
      expect(line.messages).toHaveLength(hasExample ? 4 : 2);
      const turns = line.messages.map(({ role, content }) => {
        return `<start_of_turn>${role === 'user' ? 'user' : 'model'}\n${content}<end_of_turn>`;
      });
      expect(line.rendered).toBe(`<bos>${turns.join('\n')}`);
    }),
  );
});
