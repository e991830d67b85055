import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../support/run-command.ts';
import { createTemporaryFiles } from '../documents/temporary-files.ts';

const root = join(import.meta.dirname, '../../..');
const render = join(root, 'finetune/demo/render.py');
const generate = join(root, 'finetune/demo/generate.py');
const hasPython = spawnSync('python3', ['--version']).status === 0 && existsSync(render);

/** What training reads of a line. */
const lineSchema = z.object({
  id: z.string(),
  prompt: z.array(z.union([z.strictObject({ control: z.string() }), z.strictObject({ text: z.string() })])),
  answer: z.string(),
});
type Line = z.infer<typeof lineSchema>;

function parseLines(content: string): Line[] {
  const lines = content.split('\n').filter((line) => line !== '');
  return lines.map((line) => lineSchema.parse(JSON.parse(line)));
}

async function readLines(path: string): Promise<Line[]> {
  return parseLines(await readFile(path, 'utf8'));
}

async function renderedByPython(task: string, goldLines: string): Promise<Line[]> {
  const running = promisify(execFile)('python3', [render, task], { maxBuffer: 1 << 28 });
  running.child.stdin?.end(goldLines);
  return parseLines((await running).stdout);
}

test('a wrong line leaves no training lines behind, in the file and on stdout', async () => {
  const good = '{"id":"1","text":"Hi","gold":{"category":"other","urgency":"low","sentiment":"neutral"}}';
  await using files = await createTemporaryFiles({ 'gold.jsonl': `${good}\n{"id":"2","text":"Hi","gold":{}}\n` });
  const gold = join(files.directory, 'gold.jsonl');
  const out = join(files.directory, 'train.jsonl');
  const toFile = await runCommand('export', '--task', 'ticket', '--gold', gold, '--out', out);
  const toStdout = await runCommand('export', '--task', 'ticket', '--gold', gold);
  expect(toFile.code).toBe(64);
  expect(toFile.stderr).toMatch(/Line 2 .*`2`.*`\/category`, the property is missing/);
  expect(toStdout).toEqual({ ...toFile, stdout: '' });
  expect(await readdir(files.directory)).toEqual(['gold.jsonl']);
});

describe.skipIf(!hasPython)('with Python', () => {
  test('the demo model is trained on the prompts and answers that docmill exports', { timeout: 60_000 }, async () => {
    await using files = await createTemporaryFiles();
    await promisify(execFile)('python3', [generate, '--out', files.directory, '--documents', '10', '--seed', '11']);
    const out = join(files.directory, 'train.jsonl');
    for (const task of ['ticket', 'invoice']) {
      const gold = join(files.directory, `heldout-${task}.jsonl`);
      const { stderr } = await runCommand('export', '--task', task, '--gold', gold, '--out', out);
      expect(stderr).toContain('Exported 300 documents.');
      expect(await readLines(out)).toEqual(await renderedByPython(task, await readFile(gold, 'utf8')));
    }
  });

  test('the examples read the same from both', { timeout: 60_000 }, async () => {
    await using files = await createTemporaryFiles();
    const out = join(files.directory, 'train.jsonl');
    for (const task of ['ticket', 'invoice']) {
      const folder = join(root, 'examples', `${task}s`);
      const given = ['--task', task, '--gold', `${folder}.gold.jsonl`, '--documents', folder];
      await runCommand('export', ...given, '--out', out);
      const lines = await readLines(out);
      const gold = lines.map(async ({ id, answer }) => {
        const text = await readFile(join(folder, id), 'utf8');
        return JSON.stringify({ id, text, gold: JSON.parse(answer) as unknown });
      });
      expect(lines.length).toBeGreaterThan(20);
      expect(lines).toEqual(await renderedByPython(task, (await Promise.all(gold)).join('\n')));
    }
  });
});

test('stdout gets the lines that a file would get', async () => {
  const gold = '{"id":"1","text":"Hi","gold":{"sentiment":"neutral","category":"other","urgency":"low"}}';
  await using files = await createTemporaryFiles({ 'gold.jsonl': gold });
  const out = join(files.directory, 'train.jsonl');
  const given = ['export', '--task', 'ticket', '--gold', join(files.directory, 'gold.jsonl')];
  await runCommand(...given, '--out', out);
  const { stdout } = await runCommand(...given);
  expect(stdout).toBe(await readFile(out, 'utf8'));
  expect(parseLines(stdout)[0]?.answer).toBe('{"category":"other","urgency":"low","sentiment":"neutral"}');
});
