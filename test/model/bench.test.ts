import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../schemas/json.ts';
import { measureModel } from '../../src/engine/measure-model.ts';
import { createFastFiles } from '../support/fast-files.ts';

const MODEL = 'models/demo.gguf';

const roundSchema = z.looseObject({
  seconds: z.number().positive(),
  documents: z.literal(2),
  valid: z.number().min(0).max(1),
  exact: z.number().min(0).max(1),
  ungrounded: z.int().min(0),
});
const reportSchema = z.looseObject({
  results: z.array(
    z.looseObject({
      model: z.string(),
      workload: z.string(),
      needs: z.looseObject({ read: z.number().positive() }),
      sides: z.record(z.string(), z.array(roundSchema).length(1)),
    }),
  ),
});

test('the short benchmark measures docmill beside node-llama-cpp and writes figures, a page and a chart', async () => {
  await using files = await createFastFiles();
  const parameters = ['bench/main.ts', '--quick', '--documents', '2', '--out', files.directory];
  // Nothing was built in this cache: llama-server and the limit are left out.
  execFileSync(process.execPath, parameters, {
    env: { ...process.env, DOCMILL_BENCH_CACHE: files.directory },
    stdio: 'pipe',
  });
  const read = (name: string): Promise<string> => readFile(join(files.directory, name), 'utf8');
  const { results } = reportSchema.parse(parseJson(await read('throughput.json')));
  expect(results.map(({ model, workload }) => `${model}/${workload}`)).toEqual(['demo/ticket', 'demo/invoice']);
  for (const { sides } of results) {
    expect(Object.keys(sides).sort()).toEqual([
      'docmill',
      'node-llama-cpp, 1 session, JSON grammar',
      'node-llama-cpp, 8 sessions, JSON grammar',
    ]);
    expect(sides['docmill']?.[0]).toMatchObject({ valid: 1, ungrounded: 0 });
  }
  expect(await read('throughput.md')).toContain('## Documents per second, `demo` on every side');
  expect(await read('throughput.svg')).toMatch(/^<svg [^]*<\/svg>\n$/);
}, 240_000);

test('a model is measured without anything that docmill does around it', async () => {
  const rates = await measureModel(MODEL, { slots: 4 }, { prefix: 20, read: 100 });
  expect(rates?.prefill).toBeGreaterThan(0);
  expect(rates?.decode).toBeGreaterThan(0);
  expect(await measureModel('stub:', {}, { prefix: 20, read: 100 })).toBeNull();
});
