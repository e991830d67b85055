import type { JsonObject } from '../../../schemas/json.ts';
import { normalizeValue } from '../../../src/task/normalize.ts';

const COMPANY =
  /\b(sdn|bhd|s\/b|enterprise|trading|restaura?nt?|restoran|kedai|store|hardware|mart|cafe|bakery|shop|gift|deco|centre|center|stationery|pharmacy|hotel)\b/i;
const NO_ADDRESS =
  /\b(tel|phone|fax|email|www|gst|reg|roc|invoice|receipt|bill|cash|date|time|no\s*:|table|order|cashier|member)\b/i;
const ADDRESS =
  /\b(jalan|jln|lot|no\.?\s*\d|taman|tmn|lorong|persiaran|bandar|kampung|kg|level|ground|block|selangor|johor|kuala|\d{5})\b|,/i;
const DATES = [
  /\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b/,
  /\b\d{1,2}[ /-]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ /-]?\d{2,4}\b/i,
  /\b\d{4}[/-]\d{1,2}[/-]\d{1,2}\b/,
];
const TOTAL = /\b(?:grand )?total\b|\bamount due\b|\bnett\b/i;
const NO_TOTAL = /sub|qty|quantity|item|disc|saving|excl|before|without|gst amount|tax|change|point|adj/i;
const REGISTRATION = /\s*\(?\b[\dA-Z]*\d{4,}-?[A-Z]?\)?$/;
const AMOUNT = /\d[\d,]*\.\d{2}\b/g;

/** What regular expressions make of a receipt: the baseline, adjusted by eye on training receipts only. */
export function guessReceipt(text: string): JsonObject {
  const rows = text.split('\n').map((row) => row.trim());
  const company = Math.max(
    0,
    rows.slice(0, 8).findIndex((row) => COMPANY.test(row)),
  );
  return {
    company: [(rows[company] ?? '').replace(REGISTRATION, '')],
    address: guessAddress(rows.slice(company + 1, company + 9)),
    date: guessDate(text),
    total: guessTotal(rows),
  };
}

/** The first run of rows that look like an address. */
function guessAddress(rows: readonly string[]): string[] {
  const isAddress = (row: string): boolean => ADDRESS.test(row) && !NO_ADDRESS.test(row);
  const from = rows.findIndex(isAddress);
  if (from === -1) return [];
  const end = rows.findIndex((row, index) => index > from && !isAddress(row));
  return rows.slice(from, end === -1 ? undefined : end).slice(0, 6);
}

function guessDate(text: string): string | null {
  const found = DATES.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
  return found.find((date) => normalizeValue('date', date, 'en-GB') !== null) ?? null;
}

/** The amount on the last row that says total and means the whole sum, on one about rounding if there is one; else the largest. */
function guessTotal(rows: readonly string[]): number | null {
  const amounts = rows.map((row) => (row.match(AMOUNT) ?? []).map((amount) => Number(amount.replaceAll(',', ''))));
  const candidates = rows.flatMap((row, index) => {
    // A row with several amounts sums up columns, of taxes or of quantities.
    const [amount, ...others] = amounts[index] ?? [];
    return others.length === 0 && TOTAL.test(row) && !NO_TOTAL.test(row) && amount !== undefined
      ? [{ row, amount }]
      : [];
  });
  const rounded = candidates.findLast(({ row }) => /round/i.test(row));
  const all = amounts.flat();
  return rounded?.amount ?? candidates.at(-1)?.amount ?? (all.length === 0 ? null : Math.max(...all));
}
