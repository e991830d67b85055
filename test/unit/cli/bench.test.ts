import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../../src/config.ts';
import { parseJson } from '../../../schemas/json.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { runCommand } from '../../support/run-command.ts';

const workloadSchema = z.looseObject({ documents: z.int().min(1), documentsPerSecond: z.number().positive() });
const factsSchema = z.object({
  trials: z.array(z.looseObject({ problem: z.null(), workloads: z.record(z.string(), workloadSchema) })).min(1),
  models: z.array(z.looseObject({ name: z.string(), agreement: z.number(), limits: z.record(z.string(), z.null()) })),
  best: z.object({
    model: z.string(),
    threads: z.int(),
    flashAttention: z.boolean(),
    batchTokens: z.int(),
    slots: z.int(),
  }),
});

const bench = (...flags: readonly string[]) =>
  runCommand('bench', '--model', 'stub:', '--quick', '--no-write', ...flags);

test('bench says how fast every setting was, how the models stand beside each other, and what is best', async () => {
  const { code, stdout, stderr } = await bench('--model', 'stub:delay=1', '--json');
  expect(code).toBe(0);
  const { trials, models, best } = factsSchema.parse(parseJson(stdout));
  expect(Object.keys(trials[0]?.workloads ?? {})).toEqual(['labels', 'fields']);
  expect(models.map(({ agreement }) => agreement)).toEqual([1, 1]);
  expect(best.model).toBe('stub:');
  expect(stderr.trimEnd().split('\n')).toHaveLength(trials.length);
});

test('bench shows a table, a line for each workload', async () => {
  const { stdout } = await bench();
  const [head, ...rows] = stdout.split('\n');
  expect(head).toMatch(/^model +workload +documents +tokens\/s +of the limit +same answers$/);
  expect(rows[0]).toMatch(/^stub: +labels +[\d.,]+\/s +[\d,]+ +- +100 %$/);
  expect(rows[3]).toMatch(/^best: stub:, slots \d+, batchTokens \d+, flashAttention (true|false), threads \d+$/);
});

test('bench measures the task that it is given, and slots only where answers are more than labels', async () => {
  const { trials } = factsSchema.parse(parseJson((await bench('--task', 'ticket', '--json')).stdout));
  expect(trials.every(({ workloads }) => Object.keys(workloads).join() === 'ticket')).toBe(true);
  expect(
    trials.every(
      ({ settings }) =>
        z
          .object({ slots: z.literal(16) })
          .loose()
          .safeParse(settings).success,
    ),
  ).toBe(true);
});

test('bench writes the best settings where the other commands read them, and leaves what else is there', async () => {
  await using files = await createFastFiles({ 'docmill.json': '{"logLevel":"warn","slots":3}' });
  const program = join(import.meta.dirname, '../../../bin/docmill.js');
  const parameters = [program, 'bench', '--model', 'stub:', 'stub:delay=1', '--quick', '--task', 'ticket'];
  const { status, stderr } = spawnSync(process.execPath, parameters, { cwd: files.directory, encoding: 'utf8' });
  expect(stderr).toContain('docmill.json');
  expect(status).toBe(0);
  const { logLevel, slots, threads, model } = readConfig({}, {}, files.directory);
  expect({ logLevel, slots, threads, model }).toEqual({ logLevel: 'warn', slots: 16, threads: 1, model: 'stub:' });
  expect(await readFile(join(files.directory, 'docmill.json'), 'utf8')).toMatch(/^\{\n {2}"logLevel": "warn",\n/);
});

test('bench of a model that cannot be used ends with its error', async () => {
  const { code, stdout, stderr } = await runCommand('bench', '--model', 'nothing.gguf', '--no-write');
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  expect(stderr).toContain('nothing.gguf');
});
