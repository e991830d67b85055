import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import invoice from '../../schemas/tasks/invoice.ts';
import ticket from '../../schemas/tasks/ticket.ts';

const root = join(import.meta.dirname, '../../examples');

const sets = [
  { name: 'tickets', output: ticket.output },
  { name: 'invoices', output: invoice.output },
] as const;

const labelFieldsSchema = z.object({
  properties: z.record(z.string(), z.object({ enum: z.array(z.string()).min(2) })),
});
const goldLineSchema = z.strictObject({ id: z.string(), gold: z.record(z.string(), z.json()) });

describe.each(sets)('examples/$name', ({ name, output }) => {
  test('every document has one gold line, in byte order of the ids', () => {
    const files = readdirSync(join(root, name)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(files.length).toBeGreaterThanOrEqual(24);
    expect(readGold(name).map(({ id }) => id)).toEqual(files);
  });

  test('every gold line is the final answer in schema order, as compact JSON', () => {
    for (const { line, id, gold } of readGold(name)) {
      expect(line).toBe(JSON.stringify({ id, gold: output.parse(gold) }));
    }
  });

  test('every text is UTF-8 without byte order mark and ends in one newline', () => {
    const unclean = readGold(name).filter(({ id }) => {
      const bytes = readFileSync(join(root, name, id));
      return !isUtf8(bytes) || !/^[^\uFEFF\r\0]*[^\uFEFF\r\0\s]\n$/u.test(bytes.toString('utf8'));
    });
    expect(unclean.map(({ id }) => id)).toEqual([]);
  });
});

test('every label of a ticket has at least five examples', () => {
  const golds = readGold('tickets').map(({ gold }) => gold);
  const { properties } = labelFieldsSchema.parse(z.toJSONSchema(ticket.output));
  const rare = Object.entries(properties).flatMap(([field, { enum: labels }]) =>
    labels.filter((label) => golds.filter((gold) => gold[field] === label).length < 5),
  );
  expect(rare).toEqual([]);
});

test('every copied text of an invoice stands in its document on one line', () => {
  expect(
    missingIn((gold) =>
      [gold.vendor, gold.invoiceNumber, ...gold.lineItems.map((lineItem) => lineItem.description)].map((value) => ({
        value,
        forms: value.includes('\n') || value.trim() !== value ? [] : [value],
      })),
    ),
  ).toEqual([]);
});

test('every date of an invoice stands in its document in a usual writing', () => {
  expect(
    missingIn((gold) =>
      [gold.issueDate, gold.dueDate]
        .filter((value) => value !== null)
        .map((value) => ({ value, forms: writtenDates(value) })),
    ),
  ).toEqual([]);
});

test('every number of an invoice stands in its document in a usual writing', () => {
  expect(
    missingIn((gold) =>
      [gold.total, ...gold.lineItems.flatMap(({ quantity, amount }) => [quantity, amount])]
        .filter((value) => value !== null)
        .map((value) => ({ value, forms: writtenNumbers(value) })),
    ),
  ).toEqual([]);
});

test('the currency of an invoice is the only one that its document names', () => {
  for (const { id, gold } of readGold('invoices')) {
    const text = readText('invoices', id);
    const named = Object.entries(currencyMarks).filter(([, mark]) => mark.test(text));
    const { currency } = invoiceSchema.parse(gold);
    expect({ id, named: named.map(([code]) => code) }).toEqual({ id, named: currency === null ? [] : [currency] });
  }
});

test('the invoices show every currency, and each of the values that may be absent', () => {
  const golds = readGold('invoices').map(({ gold }) => invoiceSchema.parse(gold));
  expect(new Set(golds.map((gold) => gold.currency))).toEqual(new Set([...Object.keys(currencyMarks), null]));
  expect(golds.some((gold) => gold.issueDate === null)).toBe(true);
  expect(golds.some((gold) => gold.dueDate === null)).toBe(true);
  expect(golds.some((gold) => gold.lineItems.length === 0)).toBe(true);
  expect(golds.some((gold) => gold.lineItems.some((lineItem) => lineItem.quantity === null))).toBe(true);
});

// The task erases its answer's type; that the gold answers are the task's is a test of its own.
const invoiceSchema = z.object({
  vendor: z.string(),
  invoiceNumber: z.string(),
  issueDate: z.iso.date().nullable(),
  dueDate: z.iso.date().nullable(),
  currency: z.string().nullable(),
  total: z.number(),
  lineItems: z.array(z.object({ description: z.string(), quantity: z.number().nullable(), amount: z.number() })),
});
type Invoice = z.infer<typeof invoiceSchema>;

const currencyMarks = {
  EUR: /€|\bEUR\b|\bEuro\b/u,
  USD: /\$|\bUSD\b/u,
  GBP: /£|\bGBP\b/u,
  CHF: /\bCHF\b/u,
  JPY: /¥|\bJPY\b/u,
  SEK: /\bkr\b|\bSEK\b/u,
} as const;

function readText(name: string, id: string): string {
  return readFileSync(join(root, name, id), 'utf8');
}

function readGold(name: string) {
  const lines = readText('.', `${name}.gold.jsonl`).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => {
    const { id, gold } = goldLineSchema.parse(JSON.parse(line));
    return { line, id, gold };
  });
}

/** The values of all invoices that stand in their document in none of the given forms. */
function missingIn(valuesOf: (gold: Invoice) => readonly { value: string | number; forms: readonly string[] }[]) {
  return readGold('invoices').flatMap(({ id, gold }) => {
    const text = readText('invoices', id);
    return valuesOf(invoiceSchema.parse(gold))
      .filter(({ forms }) => !forms.some((form) => standsAlone(form, text)))
      .map(({ value }) => `${id}: ${value}`);
  });
}

/** Whether `form` stands in the text and not as a piece of a longer word or number. */
function standsAlone(form: string, text: string): boolean {
  return new RegExp(`(?<![\\p{L}\\d]|\\d[.,'’/-])${RegExp.escape(form)}(?![\\p{L}\\d]|[.,'’/-]\\d)`, 'u').test(text);
}

// Written independently of docmill's own normalisation, so that the two check each other.
function writtenDates(isoDate: string): string[] {
  const [year = '', month = '', day = ''] = isoDate.split('-');
  const [m, d] = [String(Number(month)), String(Number(day))];
  const noon = new Date(`${isoDate}T12:00:00Z`);
  const monthNames = (['long', 'short'] as const).map((style) =>
    noon.toLocaleDateString('en-US', { month: style, timeZone: 'UTC' }),
  );
  const germanMonth = noon.toLocaleDateString('de-DE', { month: 'long', timeZone: 'UTC' });
  return [
    isoDate,
    `${year}/${month}/${day}`,
    `${day}.${month}.${year}`,
    `${d}.${m}.${year}`,
    `${day}.${month}.${year.slice(2)}`,
    // Day and month are told apart by a day above 12, which the examples keep to.
    ...(Number(d) > 12 ? [`${day}/${month}/${year}`, `${month}/${day}/${year}`] : []),
    `${d}. ${germanMonth} ${year}`,
    ...monthNames.flatMap((name) => [`${name} ${d}, ${year}`, `${d} ${name} ${year}`]),
    ...monthNames.flatMap((name) => ['st', 'nd', 'rd', 'th'].map((suffix) => `${d}${suffix} ${name} ${year}`)),
  ];
}

function writtenNumbers(value: number): string[] {
  return [String(value), value.toFixed(1), value.toFixed(2)].flatMap((plain) => {
    const [whole = '', decimals] = plain.split('.');
    return ['', ',', '.', "'", '’', ' ', '\u00A0'].flatMap((group) => {
      const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, group);
      const marks = group === '' ? ['.', ','] : [group === ',' || group === "'" || group === '’' ? '.' : ','];
      return decimals === undefined ? [grouped] : marks.map((mark) => `${grouped}${mark}${decimals}`);
    });
  });
}
