import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, symlink } from 'node:fs/promises';
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

const ticketGold = { category: 'other', urgency: 'low', sentiment: 'neutral' };

function goldLine(id: string, text: string): string {
  return `${JSON.stringify({ id, text, gold: ticketGold })}\n`;
}

test('a directory where the file should be is refused before the first line', async () => {
  await using files = await createTemporaryFiles({ 'gold.jsonl': 'no JSON', 'there/x': '' });
  const given = ['--task', 'ticket', '--gold', join(files.directory, 'gold.jsonl')];
  const refused = await runCommand('export', ...given, '--out', join(files.directory, 'there'));
  expect(refused).toMatchObject({ code: 73, stdout: '' });
  expect(refused.stderr).toContain('is a directory');
});

test('held-out documents become gold lines for eval instead of training lines, the same text on one side', async () => {
  const texts = Array.from({ length: 60 }, (_, number) => `Ticket ${number}`);
  const gold = texts.map(
    (text, number) => goldLine(`a${number}`, text) + goldLine(`b${number}`, ` ${text.toUpperCase()}\n`),
  );
  await using files = await createTemporaryFiles({ 'gold.jsonl': gold.join('') });
  const path = (name: string): string => join(files.directory, name);
  const given = ['--task', 'ticket', '--gold', path('gold.jsonl'), '--out', path('train.jsonl'), '--held-out', '0.3'];
  const { code, stderr } = await runCommand('export', ...given);
  const training = (await readLines(path('train.jsonl'))).map(({ id }) => id);
  const kept = (await readFile(path('train.held-out.gold.jsonl'), 'utf8')).trimEnd().split('\n');
  const keptIds = kept.map((line) => z.object({ id: z.string() }).parse(JSON.parse(line)).id);
  expect(code).toBe(0);
  expect(stderr).toContain(`Kept ${kept.length} documents`);
  expect([...training, ...keptIds].toSorted()).toEqual(
    texts.flatMap((_, number) => [`a${number}`, `b${number}`]).toSorted(),
  );
  expect(kept.length).toBeGreaterThan(10);
  expect(kept.length).toBeLessThan(60);
  expect(keptIds.filter((id) => id.startsWith('a')).map((id) => id.slice(1))).toEqual(
    keptIds.filter((id) => id.startsWith('b')).map((id) => id.slice(1)),
  );
  expect(kept[0]).toBe(
    gold
      .join('')
      .split('\n')
      .find((line) => line.includes(`"${keptIds[0]}"`)),
  );
});

test('a split that leaves one side empty writes nothing, and it needs a file to write', async () => {
  await using files = await createTemporaryFiles({ 'gold.jsonl': goldLine('1', 'Hi') });
  const given = ['--task', 'ticket', '--gold', join(files.directory, 'gold.jsonl'), '--held-out', '0.5'];
  const toFile = await runCommand('export', ...given, '--out', join(files.directory, 'train.jsonl'));
  const toStdout = await runCommand('export', ...given);
  expect(toFile.code).toBe(64);
  expect(toFile.stderr).toMatch(/`--held-out 0.5` leaves . documents? to learn from and . to judge with/);
  expect(toStdout.code).toBe(64);
  expect(toStdout.stderr).toContain('Expected `--out FILE` with `--held-out`');
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

test('the gold file is never written over', async () => {
  const content = goldLine('1', 'Hello');
  await using files = await createTemporaryFiles({ 'gold.jsonl': content, 'train.jsonl': '' });
  const path = (name: string): string => join(files.directory, name);
  await symlink(path('gold.jsonl'), path('link.jsonl'));
  await rename(path('gold.jsonl'), path('train.held-out.gold.jsonl'));
  await symlink(path('train.held-out.gold.jsonl'), path('gold.jsonl'));
  for (const args of [
    ['--out', path('gold.jsonl')],
    ['--out', path('link.jsonl')],
    ['--out', path('train.jsonl'), '--held-out', '0.5'],
  ]) {
    const { code, stderr } = await runCommand('export', '--task', 'ticket', '--gold', path('gold.jsonl'), ...args);
    expect(code).toBe(64);
    expect(stderr).toContain('is the gold file');
  }
  expect(await readFile(path('gold.jsonl'), 'utf8')).toBe(content);
});

test('a text that stands there twice with different answers is pointed out', async () => {
  const other = JSON.stringify({ id: '3', text: 'SAME  text', gold: { ...ticketGold, urgency: 'high' } });
  const gold = `${goldLine('1', 'Same text')}${goldLine('2', 'same text')}${other}\n`;
  await using files = await createTemporaryFiles({ 'gold.jsonl': gold });
  const { code, stderr } = await runCommand(
    'export',
    '--task',
    'ticket',
    '--gold',
    join(files.directory, 'gold.jsonl'),
  );
  expect(code).toBe(0);
  expect(stderr).toContain('1 document has the text of an earlier one and another answer, the first is `3` (as `1`)');
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
