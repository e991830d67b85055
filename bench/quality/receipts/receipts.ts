import { join } from 'node:path';
import { z } from 'zod';
import type { JsonObject } from '../../../schemas/json.ts';
import { loadTask } from '../../../src/task/load-task.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { toCopiedGold } from '../../../src/evaluation/to-copied-gold.ts';
import type { DataSet, Row } from '../data-set.ts';
import { published } from '../published.ts';
import { readRows } from '../read-rows.ts';
import { lettersAndDigits } from '../same-text.ts';
import { figureOf } from '../scores.ts';
import { copyRows } from './copy-rows.ts';
import { guessReceipt } from './guess-receipt.ts';

const text = z.string().nullable();
const rowSchema = z.object({
  id: z.string(),
  text: z.string(),
  gold: z.object({ company: text, date: text, address: text, total: text }),
});
type ReceiptRow = z.infer<typeof rowSchema>;

/** SROIE: company, address, date and total of receipts. */
export const receipts: DataSet = {
  name: 'sroie_receipts',
  title: 'Receipts (SROIE): company, address, date and total',
  about:
    'ICDAR 2019 SROIE (Huang et al. 2019, with later corrections), official split, CC BY 4.0. The texts are transcripts made by hand, cleaner than what OCR gives. Company and address are lists of printed rows and right when every row is; dates and totals are compared normalised.',
  task: join(import.meta.dirname, '../tasks/receipt.json'),
  read: readReceipts,
  baseline: {
    name: 'regular expressions',
    answer: async ({ test }) => test.map(({ text: receipt }) => guessReceipt(receipt)),
  },
  figures: (scores) => ({
    company: figureOf(scores, '/company', 'exact'),
    address: figureOf(scores, '/address', 'exact'),
    date: figureOf(scores, '/date', 'exact'),
    total: figureOf(scores, '/total', 'exact'),
    'all four': scores.documents.exact ?? 0,
  }),
  publishedMeasure: 'F1 over the words of the four fields',
  published: published.sroie_receipts,
};

async function readReceipts(directory: string): ReturnType<DataSet['read']> {
  const train = await readRows(join(directory, 'train.jsonl'), rowSchema);
  const test = await readRows(join(directory, 'test.jsonl'), rowSchema);
  const tested = new Set(test.map((row) => lettersAndDigits(row.text).letters));
  const fresh = train.filter((row) => !tested.has(lettersAndDigits(row.text).letters)).map(toRow);
  const task = compileTask(await loadTask(receipts.task));
  const learned = fresh.filter((row) => toCopiedGold(task, row.gold, row.text).status === 'copied');
  return {
    train: learned,
    test: test.map(toRow),
    leftOut: {
      'occurs in the test part too': train.length - fresh.length,
      'has a gold value that its text does not hold': fresh.length - learned.length,
    },
  };
}

function toRow({ id, text: receipt, gold }: ReceiptRow): Row {
  return { id, text: receipt, gold: toGold(receipt, gold) };
}

/** Company and address are lists of the rows on which they are printed, because a copied text stands on one row. */
function toGold(receipt: string, { company, address, date, total }: ReceiptRow['gold']): JsonObject {
  const rowsOf = (value: string | null) => (value === null ? [] : (copyRows(receipt, value) ?? [value.trim()]));
  return { company: rowsOf(company), address: rowsOf(address), date, total: toNumber(total) };
}

function toNumber(total: string | null): number | null {
  const figure = /-?[\d.,]*\d/.exec(total ?? '')?.[0].replaceAll(',', '');
  return figure === undefined ? null : Number(figure);
}
