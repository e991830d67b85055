import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { resultLineSchema } from '../../schemas/result.ts';
import { parserProcesses, tellsProcesses } from '../support/parser-processes.ts';
import { test } from '../support/place-test.ts';
import { ledgerOf } from '../support/workplace.ts';

const data = process.env['DOCMILL_TEST_DATA'] ?? '';
const TASK = ['--schema', 'label: a|b, who', '--model', 'stub:'];
const MOST_MEGABYTES = 300;

const folders = [
  'encodings',
  'eml_samples',
  'html_pages',
  'pdf_samples',
  'invoices_pdf',
  'json_test_suite',
  'naughty_strings',
];

/** Lines of each folder by status and code. What holds no text, is a scan or no text at all is known of each set. */
const expected = {
  'eml_samples ok': 12,
  'encodings ok': 19,
  'encodings BINARY': 1,
  // Its list of files is JSONL without a `text`.
  'encodings INVALID_RECORD': 18,
  'html_pages ok': 107,
  'invoices_pdf ok': 14,
  'invoices_pdf INVALID_RECORD': 12,
  'json_test_suite ok': 323,
  'json_test_suite BINARY': 16,
  'json_test_suite EMPTY': 3,
  'naughty_strings ok': 4,
  'pdf_samples ok': 25,
  'pdf_samples ENCRYPTED': 1,
  'pdf_samples NO_TEXT_LAYER': 4,
};

/** The text column of CSV files, the first one of each, and the files that have it. */
function csvFilesByColumn(): Map<string, string[]> {
  const directory = join(data, 'csv_spectrum/csvs');
  const byColumn = new Map<string, string[]>();
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    const [column = ''] = readFileSync(path, 'utf8').split(',');
    byColumn.set(column, [...(byColumn.get(column) ?? []), path]);
  }
  return byColumn;
}

const rowsSchema = z.union([z.array(z.unknown()), z.looseObject({})]);

const inputs = (paths: readonly string[]): string[] => paths.flatMap((path) => ['--input', path]);

test.concurrent(
  'folders of public files go through enqueue and worker, one line per document, none of which takes much memory',
  { timeout: 300_000 },
  async ({ place, skip }) => {
    if (data === '') skip('`DOCMILL_TEST_DATA` names no folder.');
    await using worker = await place.worker();
    const enqueue = async (run: string, paths: readonly string[], options: readonly string[] = []) => {
      const enqueued = await place.docmill(['enqueue', ...inputs(paths), ...TASK, '--run', run, '--wait', ...options]);
      if (enqueued.code !== 0 && enqueued.code !== 3) throw new Error(enqueued.stderr);
      const lines = (await ledgerOf(place, run).results()).split('\n').slice(0, -1);
      return lines.map((line) => resultLineSchema.parse(JSON.parse(line)));
    };
    const results = await enqueue(
      'folders',
      folders.map((folder) => join(data, folder)),
    );
    const counts: Record<string, number> = {};
    for (const result of results) {
      const key = `${result.id.split('/')[0]} ${result.status === 'ok' ? 'ok' : result.error.code}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    expect(counts).toEqual(expected);

    let csvRuns = 0;
    for (const [column, paths] of csvFilesByColumn()) {
      csvRuns += 1;
      const rows = await enqueue(`csv-${csvRuns}`, paths, ['--text-column', column]);
      const wanted = await Promise.all(paths.map((path) => rowsOf(path)));
      expect([column, rows.length]).toEqual([column, wanted.reduce((sum, count) => sum + count, 0)]);
    }
    expect(csvRuns).toBe(4);

    if (tellsProcesses) {
      const status = await readFile(`/proc/${worker.pid}/status`, 'latin1');
      const own = Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1]) / 1024;
      const parsers = parserProcesses(worker.pid).map(({ peakMb }) => peakMb);
      for (const peak of [own, ...parsers]) expect(peak).toBeLessThan(MOST_MEGABYTES);
    }
  },
);

/** How many rows the set says that a CSV file has. */
async function rowsOf(path: string): Promise<number> {
  const text = await readFile(path.replace('/csvs/', '/json/').replace(/csv$/, 'json'), 'utf8');
  // Where there is one row it may stand alone.
  return [rowsSchema.parse(JSON.parse(text))].flat().length;
}
