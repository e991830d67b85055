import { chmod, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { aRun, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { planFiles } from '../../support/plan-files.ts';
import { runCommand } from '../../support/run-command.ts';

const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('docmill results', () => {
  test('prints the results file, or what was asked for of it', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a', 'b'], ['c']]);
    await commitRound(open, 1, (id) => (id === 'b' ? failedLine(id) : okLine(id, 'billing', id === 'c' ? 0.5 : 0.9)));
    const results = (...flags: readonly string[]) => runCommand('results', 'test', '--out', files.directory, ...flags);
    const whole = await results();
    expect(whole).toMatchObject({ code: 0, stderr: '', stdout: await readFile(open.paths.results, 'utf8') });
    expect((await results('--follow')).stdout).toBe(whole.stdout);
    expect(lines((await results('--failed')).stdout)).toEqual([JSON.stringify(failedLine('b'))]);
    expect(lines((await results('--below', '0.8')).stdout)).toEqual([JSON.stringify(okLine('c', 'billing', 0.5))]);
  });

  test('of a run that lacks parts prints what is there, says so and exits 4', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b'], ['c']]);
    await commitRound(open, 1, okLine, (shard) => shard !== 1);
    const { code, stdout, stderr } = await runCommand('results', 'test', '--out', files.directory);
    expect(code).toBe(4);
    expect(lines(stdout)).toEqual([okLine('a'), okLine('c')].map((line) => JSON.stringify(line)));
    expect(stderr).toBe('Not complete: documents of missing shards were left out.\n');
  });
});

describe('docmill verify', () => {
  test('exits 0, 4 or 65 for a run that is complete, incomplete or corrupt', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b']]);
    const verify = () => runCommand('verify', 'test', '--out', files.directory, '--json');
    expect(await verify()).toMatchObject({ code: 4 });
    await commitRound(open);
    expect(await verify()).toMatchObject({ code: 0 });
    await chmod(open.paths.part(1, 1), 0o644);
    await writeFile(open.paths.part(1, 1), `${JSON.stringify(okLine('b', 'other'))}\n`);
    const { code, stdout, stderr } = await verify();
    expect(code).toBe(65);
    expect(JSON.parse(stdout)).toMatchObject({ run: 'test', status: 'corrupt' });
    expect(stderr).toContain(open.paths.part(1, 1));
    await unlink(open.paths.part(1, 1));
    expect(await verify()).toMatchObject({ code: 4 });
  });
});

describe('docmill cancel and resume', () => {
  test('stop a run and open it again, and leave a complete one alone', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    const run = (command: string) => runCommand(command, 'test', '--out', files.directory, '--json');
    for (const time of ['first', 'second']) {
      expect([time, JSON.parse((await run('cancel')).stdout)]).toEqual([time, { run: 'test', state: 'cancelled' }]);
    }
    expect(JSON.parse((await run('resume')).stdout)).toEqual({ run: 'test', state: 'open' });
    await commitRound(open);
    await finalizeRun(open);
    expect(JSON.parse((await run('cancel')).stdout)).toEqual({ run: 'test', state: 'complete' });
    expect(JSON.parse((await run('resume')).stdout)).toEqual({ run: 'test', state: 'complete' });
    await unlink(open.paths.part(1, 0));
    expect(JSON.parse((await run('resume')).stdout)).toEqual({ run: 'test', state: 'open' });
  });
});

describe('docmill runs', () => {
  test('lists runs with their state and removes one that is not open', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    const runs = (...argv: readonly string[]) => runCommand('runs', ...argv, '--out', files.directory);
    expect((await runs()).stdout).toMatch(/^RUN .*\ntest {2}open /);
    expect(await runCommand('runs', '--out', files.directory, 'rm', 'test')).toMatchObject({ code: 64 });
    await commitRound(open);
    await finalizeRun(open);
    expect((await runs('--json')).stdout).toContain('"state":"complete"');
    expect(await runCommand('runs', '--out', files.directory, 'rm', 'test')).toMatchObject({
      code: 0,
      stdout: 'Removed test.\n',
    });
    expect((await runs()).stderr).toContain('There are no runs');
  });
});

describe('docmill enqueue --dry-run', () => {
  test('counts the documents that the run would have, and writes nothing', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'Hello', 'docs/b.txt': 'Where is my parcel?' });
    const out = join(files.directory, 'docs', 'out');
    const { open } = await planFiles(files.directory, { out });
    const { code, stdout } = await runCommand(
      ...`enqueue --input ${join(files.directory, 'docs')} --out ${out}`.split(' '),
      ...'--task ticket --model stub: --dry-run --json'.split(' '),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ task: 'ticket', documents: open.run.documents, bytes: open.run.bytes });
  });
});

describe('docmill tasks', () => {
  const task = {
    name: 'few',
    kind: 'extract',
    output: { type: 'object', properties: { vendor: { type: 'string', maxLength: 10 } }, required: ['vendor'] },
  };
  const examples = [{ text: 'Acme owes 5', answer: { vendor: 'Acme' } }];

  test('says how long the longest answer is, and with a model what fits beside the prompt', async () => {
    await using files = await createFastFiles({
      'none.json': JSON.stringify(task),
      'few.json': JSON.stringify({ ...task, examples }),
    });
    const describeTask = async (name: string, ...flags: string[]): Promise<unknown> =>
      JSON.parse((await runCommand('tasks', join(files.directory, name), '--json', ...flags)).stdout);
    const longest = { worstCaseBytes: '{"vendor":""}'.length + 60 };
    expect(await describeTask('none.json')).toMatchObject(longest);
    expect(await describeTask('none.json')).not.toHaveProperty('tokens');
    const [none, few] = [
      await describeTask('none.json', '--model', 'stub:'),
      await describeTask('few.json', '--model', 'stub:'),
    ];
    const tokensSchema = z.object({ tokens: z.object({ prompt: z.number(), longestChunk: z.literal(1024) }) });
    const [without, withExamples] = [none, few].map((one) => tokensSchema.parse(one).tokens.prompt);
    expect(withExamples).toBeGreaterThan((without ?? NaN) + 10);
    const { stdout } = await runCommand('tasks', join(files.directory, 'none.json'), '--model', 'stub:');
    expect(stdout).toContain(`: a prompt of ${without} tokens, documents of up to 1,024 tokens`);
  });
});

describe('docmill inspect', () => {
  test('exits 0, 3 or 66 for a document that is answered, that fails, or that is none [F28]', async () => {
    await using files = await createFastFiles({ 'a.txt': 'Hello', 'empty.txt': '', 'b.bin': '\0\0\0' });
    const inspect = (name: string) =>
      runCommand('inspect', join(files.directory, name), '--task', 'ticket', '--model', 'stub:', '--json');
    expect(await inspect('a.txt')).toMatchObject({ code: 0 });
    expect(await inspect('empty.txt')).toMatchObject({ code: 0 });
    const failed = await inspect('b.bin');
    expect([failed.code, JSON.parse(failed.stdout)]).toMatchObject([3, { line: { error: { code: 'BINARY' } } }]);
    for (const none of ['absent.txt', '']) expect(await inspect(none)).toMatchObject({ code: 66, stdout: '' });
  });

  test('shows colours where they are wanted, and never escape sequences elsewhere', async () => {
    await using files = await createFastFiles({ 'a.txt': 'Invoice A-1 of 2026-03-05' });
    const inspect = (colours: string | undefined) => {
      vi.stubEnv('FORCE_COLOR', colours);
      vi.stubEnv('NO_COLOR', '1');
      return runCommand('inspect', join(files.directory, 'a.txt'), '--schema', 'due date', '--model', 'stub:');
    };
    try {
      expect((await inspect('1')).stdout).toContain('\x1b[');
      const plain = await inspect(undefined);
      expect(plain.stdout).not.toContain('\x1b');
      expect(plain.stdout).toContain('[1 2026-03-05]');
      expect(plain.stdout).not.toContain('<start_of_turn>');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('shows the prompt of the first chunk with --explain', async () => {
    await using files = await createFastFiles({ 'a.txt': `first ${'word '.repeat(2000)} last` });
    const { stdout } = await runCommand(
      'inspect',
      join(files.directory, 'a.txt'),
      '--task',
      'ticket',
      '--model',
      'stub:',
      '--explain',
    );
    const [prompt = ''] = stdout.split('<start_of_turn>model');
    expect(prompt).toMatch(/^<bos><start_of_turn>user\nClassify the support ticket\.\n\nfirst word /);
    expect(prompt).not.toContain('last');
  });

  test('writes a page with --html, whole or not at all', async () => {
    await using files = await createFastFiles({ 'a.txt': 'Hello', 'b.bin': '\0\0\0' });
    const inspect = (name: string, page: string) =>
      runCommand('inspect', join(files.directory, name), '--task', 'ticket', '--model', 'stub:', '--html', page);
    const page = join(files.directory, 'page.html');
    expect(await inspect('a.txt', page)).toEqual({ code: 0, stdout: '', stderr: `Wrote \`${page}\`.\n` });
    expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>\n[^]*Hello[^]*<\/html>\n$/);
    expect(await inspect('b.bin', page)).toMatchObject({ code: 3 });
    expect(await readFile(page, 'utf8')).toContain('failed: BINARY');
    expect(await inspect('a.txt', join(files.directory, 'none', 'page.html'))).toMatchObject({ code: 73, stdout: '' });
    expect((await inspect('a.txt', '-')).stdout).toMatch(/^<!doctype html>/);
    expect(await runCommand('inspect', 'a.txt', '--task', 'ticket', '--html', '-', '--json')).toMatchObject({
      code: 64,
    });
  });

  test('says what fields a schema in short form was read as', async () => {
    await using files = await createFastFiles({ 'a.txt': 'Invoice A-1' });
    const { stderr } = await runCommand(
      'inspect',
      join(files.directory, 'a.txt'),
      '--schema',
      'invoice number, paid bool',
      '--model',
      'stub:',
    );
    expect(stderr).toContain('Fields: invoice (number), paid (bool)\n');
  });
});

describe('an error', () => {
  test.for([
    { argv: ['status', 'absent', '--out', '/nonexistent'], code: 66, says: 'There is no run `absent`' },
    { argv: ['verify', '../x'], code: 64, says: 'Expected a run name' },
    {
      argv: ['run', '--task', 'ticket', '--schema', 'a', '--input', 'x'],
      code: 64,
      says: 'either `--task` or `--schema`',
    },
    { argv: ['enqueue', '--task', 'tikcet', '--input', 'x'], code: 64, says: '`tikcet`' },
    { argv: ['text', '/nonexistent.txt'], code: 66, says: '`/nonexistent.txt`' },
    { argv: ['no-such-command'], code: 64, says: 'no-such-command' },
    { argv: ['status', '--no-such-option'], code: 64, says: '--no-such-option' },
  ])('of $argv exits $code and says what is wrong in one sentence', async ({ argv, code, says }) => {
    const { stderr, ...finished } = await runCommand(...argv);
    expect(finished).toEqual({ code, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
  });

  test('shows its stack with --debug only', async () => {
    expect((await runCommand('verify', '../x', '--debug')).stderr).toContain('    at ');
  });
});

test('every command has a help that teaches with an example', async () => {
  const { stdout } = await runCommand('--help');
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const help = await runCommand(command, '--help');
    expect([command, help.code]).toEqual([command, 0]);
    expect(help.stdout).toMatch(new RegExp(`^ +\\$ .*docmill ${command}`, 'm'));
  }
});
