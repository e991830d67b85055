import { describe, expect, test } from 'vitest';
import ticket from '../../../schemas/tasks/ticket.ts';
import type { ChunkResult } from '../../../schemas/answer.ts';
import { createStubModel } from '../../../src/engine/stub.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { taskFromDefinition } from '../../../src/task/zod-to-json-schema.ts';
import { concludeDocument } from '../../../src/worker/conclude-document.ts';
import { aTask, anObject } from '../task/a-task.ts';

const task = compileTask(taskFromDefinition(ticket));

async function answerOf(text: string): Promise<ChunkResult[]> {
  await using engine = await createStubModel(0).openTask(task);
  return await engine.answerAll([{ text }], new AbortController().signal);
}

function aDocument(...texts: readonly string[]) {
  let start = 0;
  const chunks = texts.map((text) => {
    const span = { start, end: start + text.length };
    start = span.end;
    return { text, span };
  });
  const document = { text: texts.join(''), flags: ['lossy'] as const, keep: { customer: 7 } };
  return { status: 'ready', id: 'a.txt', document, chunks } as const;
}

const tooLong: ChunkResult = { status: 'failed', failure: { code: 'TOO_LONG', message: 'Too long.' } };

describe('concluding a document', () => {
  test('gives its answer with flags and kept members', async () => {
    const { line } = concludeDocument(aDocument('Hello'), await answerOf('Hello'), task);
    expect(line).toMatchObject({ id: 'a.txt', status: 'ok', flags: ['lossy'], keep: { customer: 7 } });
  });

  test('says on which page each copied value stands, where the document has pages', async () => {
    const bill = compileTask(aTask(anObject({ vendor: { type: 'string', 'x-docmill': { verbatim: true } } })));
    await using engine = await createStubModel(0).openTask(bill);
    const text = 'Bill of\n\nNordlicht GmbH';
    const results = await engine.answerAll([{ text }], new AbortController().signal);
    const spanOf = (pageStarts?: readonly number[]) => {
      const document = { text, flags: [], ...(pageStarts !== undefined && { pageStarts }) };
      const chunks = [{ text, span: { start: 0, end: text.length } }];
      const { line } = concludeDocument({ status: 'ready', id: 'a.pdf', document, chunks }, results, bill);
      return line.status === 'ok' ? line.spans?.['/vendor'] : undefined;
    };
    const span = spanOf();
    if (span === undefined) throw new Error('The stub copied nothing.');
    expect(span).not.toHaveProperty('page');
    expect(spanOf([0, span.start, span.start + 1])).toEqual({ ...span, page: 2 });
    expect(spanOf([0, span.start + 1])).toEqual({ ...span, page: 1 });
  });

  test('fails it as a whole when one of its chunks could not be answered', async () => {
    const { line } = concludeDocument(aDocument('Hello', ' you'), [...(await answerOf('Hello')), tooLong], task);
    expect(line).toMatchObject({
      status: 'failed',
      error: { code: 'TOO_LONG' },
      flags: ['lossy'],
      keep: { customer: 7 },
    });
  });

  test('fails it when the engine breaks the schema', async () => {
    const [answered] = await answerOf('Hello');
    const broken = structuredClone(answered);
    if (broken?.status !== 'answered') throw new Error('The stub did not answer.');
    const results: ChunkResult[] = [
      { status: 'answered', answer: { ...broken.answer, value: { category: 'nonsense' } } },
    ];
    const { line } = concludeDocument(aDocument('Hello'), results, task);
    expect(line).toMatchObject({ status: 'failed', error: { code: 'ANSWER_INVALID' } });
    expect(JSON.stringify(line)).not.toContain('Hello');
  });

  test('is broken, not failed, when the engine left out a chunk', async () => {
    const results = await answerOf('Hello');
    expect(() => concludeDocument(aDocument('Hello', ' you'), results, task)).toThrow('left out chunk 1');
  });
});
