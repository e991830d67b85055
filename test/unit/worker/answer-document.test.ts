import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Overlong } from '../../../schemas/task.ts';
import { createStubModel } from '../../../src/engine/stub.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { answerDocument } from '../../../src/worker/answer-document.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { aTask, anObject } from '../task/a-task.ts';

/** 250 tokens for the stub, which fit it; more than the 100 that the task allows. */
const TEXT = 'Twenty letters here. '.repeat(48).trim();

async function answerUnder(overlong: Overlong | undefined, maxDocumentTokens: number) {
  await using files = await createFastFiles({ 'a.txt': TEXT });
  const output = anObject({ first: { type: 'string', 'x-docmill': { verbatim: true } } });
  const task = aTask(output, { maxDocumentTokens, ...(overlong === undefined ? {} : { overlong }) });
  const signal = new AbortController().signal;
  const options = { id: 'a.txt', task: compileTask(task), model: createStubModel(0), signal };
  return await answerDocument(join(files.directory, 'a.txt'), options);
}

test.each([
  [undefined, ['split']],
  ['split', ['split']],
  ['head-tail', ['truncated']],
] as const)(
  'a document above the limit of its task is answered as `overlong` %s says, and flagged',
  async (overlong, flags) => {
    const { line, chunks } = await answerUnder(overlong, 100);
    expect(line).toMatchObject({ status: 'ok', flags });
    expect(chunks.length).toBeGreaterThan(1);
    expect(Math.max(...chunks.map(({ start, end }) => end - start))).toBeLessThanOrEqual(400);
    expect([chunks[0]?.start, chunks.at(-1)?.end]).toEqual([0, TEXT.length]);
    const covered = chunks.every(({ start }, index) => start <= (chunks[index - 1]?.end ?? 0));
    expect(covered).toBe(overlong !== 'head-tail');
  },
);

test('a document above the limit of its task fails where the task says so, and one below it never', async () => {
  expect(await answerUnder('fail', 100)).toMatchObject({
    line: { status: 'failed', error: { code: 'TOO_LONG' } },
    chunks: [],
  });
  for (const overlong of ['split', 'head-tail', 'fail'] as const) {
    const { line, chunks } = await answerUnder(overlong, 300);
    expect(line).toMatchObject({ status: 'ok' });
    expect(line.flags).toBeUndefined();
    expect(chunks).toEqual([{ start: 0, end: TEXT.length }]);
  }
});
