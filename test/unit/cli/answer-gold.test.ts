import { expect, test } from 'vitest';
import { answerGold } from '../../../src/cli/answer-gold.ts';
import { checkText } from '../../../src/documents/decode-text.ts';
import { loadModel } from '../../../src/engine/load-model.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { loadTask } from '../../../src/task/load-task.ts';
import { collect } from '../../support/collect.ts';

test('documents get the same lines together as alone, also beside some that have no text', async () => {
  const task = compileTask(await loadTask('ticket'));
  await using model = await loadModel('stub:');
  const { signal } = new AbortController();
  const documents = Array.from({ length: 35 }, (_, index) => {
    const text = index % 5 === 0 ? ' ' : `Ticket ${index}`;
    return { id: String(index), read: async () => checkText(text) };
  });
  const together = (await collect(answerGold(documents, { task, model, signal }))).flat();
  expect(together.map(({ line }) => line.id)).toEqual(documents.map(({ id }) => id));
  for (const [index, document] of documents.entries()) {
    const alone = (await collect(answerGold([document], { task, model, signal }))).flat();
    expect(together[index]).toEqual(alone[0]);
  }
  expect(new Set(together.map(({ line }) => line.status))).toEqual(new Set(['ok', 'skipped']));
});
