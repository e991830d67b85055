import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findPython } from '../support/find-python.ts';
import { startProgram } from '../support/start-program.ts';
import { createTemporaryFiles } from '../unit/documents/temporary-files.ts';

const python = findPython();
const data = process.env['DOCMILL_TEST_DATA'];
const root = join(import.meta.dirname, '../..');

const figuresSchema = z.record(z.string(), z.number().min(0).max(1));
const reportSchema = z.object({
  comparisons: z.array(
    z.object({
      dataSet: z.string(),
      documents: z.object({ train: z.number(), test: z.number() }),
      model: figuresSchema,
      baseline: figuresSchema,
    }),
  ),
});

describe.skipIf(python === undefined || data === undefined)('bench:quality, in its short form', () => {
  test('trains, exports and scores on both data sets, beside baselines that work', { timeout: 1_800_000 }, async () => {
    await using files = await createTemporaryFiles();
    const env = { ...process.env, DOCMILL_PYTHON: python, OMP_NUM_THREADS: '1' };
    // A model that has hardly met its documents is so sure of nonsense that it does not bear quantising.
    const options = ['--tokens', '80000', '--type', 'f16', '--documents', '220', '--out', files.directory];
    await using bench = startProgram(process.execPath, ['bench/quality/main.ts', ...options], { cwd: root, env });
    const { code, stdout, stderr } = await bench.finished;
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    const { comparisons } = reportSchema.parse(
      JSON.parse(await readFile(join(files.directory, 'quality.json'), 'utf8')),
    );
    expect(comparisons.map(({ dataSet, documents }) => [dataSet, documents])).toEqual([
      ['banking77', { train: 220, test: 220 }],
      ['sroie_receipts', { train: 220, test: 220 }],
    ]);
    // Six seconds of training teach nothing; the baselines learn from 220 documents, or from none.
    expect(comparisons[0]?.baseline['accuracy']).toBeGreaterThan(0.3);
    expect(comparisons[1]?.baseline['date']).toBeGreaterThan(0.9);
    expect(await readFile(join(files.directory, 'quality.md'), 'utf8')).toBe(stdout);
  });
});
