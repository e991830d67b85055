import { join } from 'node:path';
import { expect, test } from 'vitest';
import { banking77 } from '../../../../bench/quality/banking77.ts';
import type { Row } from '../../../../bench/quality/data-set.ts';
import { guessReceipt } from '../../../../bench/quality/receipts/guess-receipt.ts';
import { receipts } from '../../../../bench/quality/receipts/receipts.ts';
import { scoreAnswers } from '../../../../bench/quality/score-answers.ts';
import { scoresSchema } from '../../../../bench/quality/scores.ts';
import { compileTask } from '../../../../src/task/compile-task.ts';
import { loadTask } from '../../../../src/task/load-task.ts';

const text = [
  'TAN WOON YANN',
  'MR D.T.Y. (JOHOR) SDN BHD (933109-X)',
  'LOT 1851-A & 1851-B, JALAN KPB 6,',
  '43300 SERI KEMBANGAN, SELANGOR',
  'TEL: 03-1234567',
  'TOTAL QTY 4',
  'TOTAL RM 1,033.92',
  'ROUNDING ADJUSTMENT -RM 0.02',
  'TOTAL ROUNDED RM 1,033.90',
  'CASH RM 1,050.00',
  '12-01-19 21:13',
].join('\n');

const row: Row = {
  id: '1',
  text,
  gold: {
    company: ['MR D.T.Y. (JOHOR) SDN BHD'],
    address: ['LOT 1851-A & 1851-B, JALAN KPB 6,', '43300 SERI KEMBANGAN, SELANGOR'],
    date: '12-01-19',
    total: 1033.9,
  },
};

test('the regular expressions read a clear receipt', () => {
  expect(guessReceipt(text)).toEqual(row.gold);
});

test('the gold answers themselves are right everywhere', async () => {
  const scores = await scoreReceipts([row.gold]);
  expect(receipts.figures(scores)).toEqual({ company: 1, address: 1, date: 1, total: 1, 'all four': 1 });
});

test('a date is the same however it is written, and a missing row or a wrong total is wrong', async () => {
  const written = await scoreReceipts([{ ...row.gold, date: '12 January 2019' }]);
  expect(receipts.figures(written)).toMatchObject({ date: 1, 'all four': 1 });
  const wrong = await scoreReceipts([{ ...row.gold, address: ['43300 SERI KEMBANGAN, SELANGOR'], total: 1033.92 }]);
  expect(receipts.figures(wrong)).toEqual({ company: 1, address: 0, date: 1, total: 0, 'all four': 0 });
});

test('labels are scored by accuracy and macro-F1', async () => {
  const task = compileTask(await loadTask(banking77.task));
  const rows = ['card_arrival', 'card_arrival', 'age_limit', 'age_limit'].map((intent, index) => {
    return { id: String(index), text: 'Where is my card?', gold: { intent } };
  });
  const answers = ['card_arrival', 'card_arrival', 'age_limit', 'card_arrival'].map((intent) => ({ intent }));
  const scores = scoresSchema.parse(scoreAnswers(task, rows, answers));
  expect(banking77.figures(scores)['accuracy']).toBe(0.75);
  // F1 of the two labels: 2·2/(3+2) and 2·1/(1+2).
  expect(banking77.figures(scores)['macro-F1']).toBeCloseTo((0.8 + 2 / 3) / 2, 10);
});

test.for([banking77, receipts])('the task of $name is one that docmill takes', async ({ task, name }) => {
  const compiled = compileTask(await loadTask(task));
  expect(task).toContain(join('bench', 'quality', 'tasks'));
  expect(compiled.output.properties.length).toBe(name === 'banking77' ? 1 : 4);
});

async function scoreReceipts(answers: readonly Row['gold'][]) {
  const task = compileTask(await loadTask(receipts.task));
  return scoresSchema.parse(scoreAnswers(task, [row], answers));
}
