import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../support/run-command.ts';
import { createTemporaryFiles } from '../documents/temporary-files.ts';

const root = join(import.meta.dirname, '../../..');

const folder = join(root, 'examples/invoices');
const invoices = ['--task', 'invoice', '--gold', `${folder}.gold.jsonl`, '--documents', folder];

test('an evaluation answers the gold documents with the model and prints every figure as JSON', async () => {
  const { code, stdout } = await runCommand('eval', ...invoices, '--model', 'stub:', '--limit', '7', '--json');
  expect(code).toBe(0);
  const facts = z.record(z.string(), z.unknown()).parse(JSON.parse(stdout));
  expect(Object.keys(facts)).toEqual([
    'task',
    'taskSha256',
    'model',
    'documents',
    'micro',
    'macro',
    'fields',
    'calibration',
    'thresholds',
    'worst',
  ]);
  expect(facts).toMatchObject({ task: 'invoice', model: { name: 'stub:' }, documents: { total: 7 } });
});

test.for(['0', '-1', '1.5', 'NaN'])('a limit of %s is refused', async (limit) => {
  const { code, stderr } = await runCommand('eval', '--task', 'ticket', '--gold', 'gold.jsonl', `--limit=${limit}`);
  expect(code).toBe(64);
  expect(stderr).toContain('Expected a whole number');
});

test('the figures for people fit into 80 columns', async () => {
  const { code, stdout } = await runCommand('eval', ...invoices, '--model', 'stub:');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^24 documents: /);
  expect(stdout).toContain('/lineItems/*/amount');
  expect(stdout).toContain('calibration error (ECE)');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('a wrong gold line at the end is refused before any document is answered', async () => {
  const good = '{"id":"1","text":"Hi","gold":{"category":"other","urgency":"low","sentiment":"neutral"}}';
  await using files = await createTemporaryFiles({ 'gold.jsonl': `${good}\n{"id":"2","text":"Hi","gold":{"no":1}}` });
  const { code, stdout, stderr } = await runCommand(
    'eval',
    '--task',
    'ticket',
    '--gold',
    join(files.directory, 'gold.jsonl'),
    '--model',
    'stub:delay=999999',
  );
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toMatch(/Line 2 .*`2`/);
});

test('a document without text is scored as wrong, under its code', async () => {
  const gold = '{"category":"other","urgency":"low","sentiment":"neutral"}';
  await using files = await createTemporaryFiles({ 'gold.jsonl': `{"id":"1","text":" ","gold":${gold}}` });
  const { stdout } = await runCommand(
    'eval',
    '--task',
    'ticket',
    '--gold',
    join(files.directory, 'gold.jsonl'),
    '--model',
    'stub:',
    '--json',
  );
  expect(JSON.parse(stdout)).toMatchObject({
    documents: { total: 1, ok: 0, skipped: { EMPTY: 1 }, exact: 0 },
    micro: { exact: 0 },
    worst: [{ id: '1', status: 'skipped', code: 'EMPTY', right: 0, values: 3 }],
  });
});
