import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '../src/settings.ts';
import { metrics } from '../src/monitor/metrics/metrics.ts';
import { normalizeCurrency } from '../src/task/normalize/currency.ts';
import { normalizeDate } from '../src/task/normalize/date.ts';
import { normalizeNumber } from '../src/task/normalize/number.ts';
import { supportedKeywords } from '../src/task/supported-keywords.ts';
import { failureRows, failureSummary, failureTable } from './failure-matrix.ts';

type GeneratedPage = { readonly path: string; readonly written: string; readonly wanted: string };

/** The pages under `docs/` that hold tables made from code: as they are, and as they should be. */
export function generatedPages(): readonly GeneratedPage[] {
  return pages.map(({ name, tables }) => {
    const path = join(import.meta.dirname, '..', 'docs', name);
    const written = readFileSync(path, 'utf8');
    const wanted = Object.entries(tables).reduce((page, [table, rows]) => withTable(page, table, rows()), written);
    return { path, written, wanted };
  });
}

type Row = readonly string[];

const pages: readonly { readonly name: string; readonly tables: Readonly<Record<string, () => readonly Row[]>> }[] = [
  {
    name: 'failure-matrix.md',
    tables: {
      summary: failureSummary,
      ...Object.fromEntries(failureRows().map(({ section }) => [section, () => failureTable(section)])),
    },
  },
  { name: 'configuration.md', tables: { settings: settingRows } },
  { name: 'monitoring.md', tables: { metrics: metricRows } },
  {
    name: 'tasks.md',
    tables: {
      keywords: keywordRows,
      numbers: () => exampleRows(numbers, normalizeNumber),
      dates: () => exampleRows(dates, normalizeDate),
      currencies: () => exampleRows(currencies, normalizeCurrency),
    },
  },
];

/** Puts the rows, the first one as head, between the table's two marks. */
function withTable(page: string, table: string, [head = [], ...rows]: readonly Row[]): string {
  const [begin, end] = [`<!-- table: ${table} (npm run docs) -->`, `<!-- end of ${table} -->`];
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`A page has no place for the table \`${table}\`.`);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(toCell).join(' | ')} |`);
  return `${page.slice(0, start)}${begin}\n\n${lines.join('\n')}\n\n${page.slice(stop)}`;
}

function toCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

function code(text: string): string {
  return `\`${text}\``;
}

function settingRows(): readonly Row[] {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const shown = 'shownDefault' in setting ? setting.shownDefault : undefined;
    const fallback = shown === undefined || /^\d+$/.test(shown) ? code(String(setting.default)) : shown;
    return [code(name), code(setting.environment), fallback, setting.expected, setting.meaning];
  });
  return [['in `docmill.json`', 'variable', 'default', 'value', 'meaning'], ...rows];
}

function metricRows(): readonly Row[] {
  const rows = Object.entries(metrics).map(([name, { type, labels, from, help }]) => [
    code(name),
    type,
    labels.map(code).join(', '),
    { worker: 'worker', dashboard: 'dashboard', both: 'worker, dashboard' }[from],
    help,
  ]);
  return [['metric', 'type', 'labels', 'served by', 'what it says'], ...rows];
}

function keywordRows(): readonly Row[] {
  const rows = Object.entries(supportedKeywords).map(([keyword, { forms, meaning }]) => [
    code(keyword),
    typeof forms === 'string' ? { all: 'everywhere', root: 'the whole schema' }[forms] : forms.join(', '),
    meaning,
  ]);
  return [['keyword', 'on', 'meaning'], ...rows];
}

const numbers: readonly (readonly [text: string, locale?: string])[] = [
  ['1,204.50'],
  ['1.204,50'],
  ["CHF 1'204.50"],
  ['1 204,50 kr', 'sv-SE'],
  ['1.204'],
  ['1.204', 'de'],
  ['1.204', 'en'],
  ['12,5'],
  ['1,20,450'],
  ['(12.50)'],
  ['12 %'],
  ['120.–'],
  ['12 to 15'],
];

const dates: readonly (readonly [text: string, locale?: string])[] = [
  ['2026-03-05'],
  ['20260305'],
  ['05.03.2026'],
  ['05/03/2026'],
  ['05/03/2026', 'en-GB'],
  ['05/03/2026', 'en-US'],
  ['25/03/2026'],
  ['5.3.26'],
  ['26-03-05', 'sv-SE'],
  ['March 5th, 2026'],
  ['5. März 2026'],
  ['2026年3月5日'],
  ['2026-03-05T14:30:00Z'],
  ['March 2026'],
  ['in 30 days'],
];

const currencies: readonly (readonly [text: string, locale?: string])[] = [
  ['€'],
  ['EUR'],
  ['ALL'],
  ['all'],
  ['US$'],
  ['$'],
  ['$', 'en-CA'],
  ['£'],
  ['kr'],
  ['kr', 'sv-SE'],
  ['Schweizer Franken', 'de-CH'],
  ['credits'],
];

/** What each text becomes, by the same code that answers it. */
function exampleRows(
  examples: readonly (readonly [text: string, locale?: string])[],
  normalize: (text: string, locale: string | undefined) => string | number | null,
): readonly Row[] {
  const rows = examples.map(([text, locale]) => [
    code(text),
    locale === undefined ? '' : code(locale),
    code(JSON.stringify(normalize(text, locale))),
  ]);
  return [['text in the document', '`locale`', 'answer'], ...rows];
}
