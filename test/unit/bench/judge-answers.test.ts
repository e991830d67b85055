import { expect, test } from 'vitest';
import { judgeAnswers } from '../../../bench/report/judge-answers.ts';
import type { Prepared } from '../../../bench/sides/side.ts';
import { loadTask } from '../../../src/task/load-task.ts';

const text = 'Acme Ltd\nInvoice A-1\n3 March 2026\nTotal: EUR 1,204.50';
const answer = {
  vendor: 'Acme Ltd',
  invoiceNumber: 'A-1',
  issueDate: '3 March 2026',
  dueDate: null,
  currency: 'EUR',
  total: '1,204.50',
  lineItems: [],
};
const gold = { ...answer, issueDate: '2026-03-03', total: 1204.5 };

async function judge(given: Parameters<typeof judgeAnswers>[1][number]) {
  const prepared: Prepared = {
    name: 'invoice',
    says: 'an invoice',
    task: await loadTask('invoice'),
    peerSchema: {},
    before: [],
    after: [],
    documents: [{ text, tokens: [], gold }],
    warmUp: [],
  };
  return judgeAnswers(prepared, [given]);
}

test('an answer is right when it says what the gold answer says after normalising, as JSON or as text', async () => {
  expect(await judge(answer)).toEqual({ valid: 1, exact: 1, ungrounded: 0 });
  expect(await judge(` ${JSON.stringify(answer)}\n`)).toEqual({ valid: 1, exact: 1, ungrounded: 0 });
});

test('a copied value that the document does not hold is counted', async () => {
  expect(await judge({ ...answer, vendor: 'Acme Inc' })).toEqual({ valid: 1, exact: 0, ungrounded: 1 });
});

test.each(['{"vendor":', 'none', { failed: 'TOO_LONG' }, null])('%j is no valid answer', async (given) => {
  expect(await judge(given)).toEqual({ valid: 0, exact: 0, ungrounded: 0 });
});
