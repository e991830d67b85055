import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { sha256Of } from '../../src/sha256.ts';
import { writeDocuments } from '../support/documents.ts';
import { test } from '../support/place-test.ts';
import { countJobs } from '../support/queue.ts';
import { preload } from '../support/preload.ts';
import { startProgram } from '../support/start-program.ts';
import { DOCMILL, type Workplace, ledgerOf } from '../support/workplace.ts';

const STUB = ['--model', 'stub:'];
const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', ...STUB];
const NO_QUEUE = { DOCMILL_QUEUE_ENDPOINT: '', REDIS_URL: '' };
const SENTENCE = /^docmill: [^\n]+[.)]\n$/;

type Refusal = {
  readonly when: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly says: string;
  readonly env?: NodeJS.ProcessEnv;
};

const refusals: readonly Refusal[] = [
  {
    when: 'the input is not there',
    args: ['run', '--input', 'nowhere', '--task', 'ticket', ...STUB],
    code: 66,
    says: '`nowhere`',
  },
  {
    when: 'the input is empty',
    args: ['run', '--input', 'empty', '--task', 'ticket', ...STUB],
    code: 66,
    says: '`empty`',
  },
  {
    when: 'the task is unknown',
    args: ['run', '--input', 'docs', '--task', 'tickets', ...STUB],
    code: 64,
    says: '`tickets`',
  },
  { when: 'no task is named', args: ['run', '--input', 'docs', ...STUB], code: 64, says: '--task' },
  { when: 'no input is named', args: ['run', '--task', 'ticket', ...STUB], code: 64, says: '--input' },
  {
    when: 'REDIS_URL is no URL',
    args: ['enqueue', ...DOCUMENTS],
    code: 78,
    says: '`REDIS_URL`',
    env: { ...NO_QUEUE, REDIS_URL: 'localhost' },
  },
  {
    when: 'a setting is wrong',
    args: ['enqueue', ...DOCUMENTS],
    code: 78,
    says: '`DOCMILL_LOCK_MS`',
    env: { DOCMILL_LOCK_MS: 'soon' },
  },
  { when: 'enqueue has no queue', args: ['enqueue', ...DOCUMENTS], code: 69, says: '`docmill run`', env: NO_QUEUE },
  { when: 'a worker has no queue', args: ['worker', ...STUB], code: 69, says: '`docmill run`', env: NO_QUEUE },
  { when: 'the output is a file', args: ['run', ...DOCUMENTS, '--out', 'file'], code: 73, says: '`file`' },
  { when: 'the output cannot be made', args: ['run', ...DOCUMENTS, '--out', '/proc/x'], code: 73, says: '`/proc/x`' },
  {
    when: 'the model is missing',
    args: ['run', '--input', 'docs', '--task', 'ticket', '--model', 'none.gguf'],
    code: 78,
    says: '`none.gguf`',
  },
  { when: 'the model of a worker is missing', args: ['worker', '--model', 'none.gguf'], code: 78, says: '`none.gguf`' },
  {
    when: 'the model is no model',
    args: ['run', '--input', 'docs', '--task', 'ticket', '--model', 'file'],
    code: 78,
    says: '`file`',
  },
  { when: 'the run is unknown', args: ['results', 'nothing'], code: 66, says: '`nothing`' },
  { when: 'the run name is no name', args: ['status', '../docs'], code: 64, says: '`../docs`' },
  { when: 'the document is not there', args: ['text', 'nowhere.txt'], code: 66, says: '`nowhere.txt`' },
];

async function fill(place: Workplace): Promise<void> {
  await writeDocuments(place.path('docs'), 3);
  await mkdir(place.path('empty'));
  await writeFile(place.path('file'), 'no directory and no model');
}

test.concurrent.for(refusals)(
  'when $when a command says so in one sentence and exits $code',
  async (refusal, { place }) => {
    await fill(place);
    const { code, stdout, stderr } = await place.docmill(refusal.args, refusal.env);
    expect(stderr).toMatch(SENTENCE);
    expect(stderr).toContain(refusal.says);
    expect([code, stdout]).toEqual([refusal.code, '']);
  },
);

test.concurrent('what needs no model does not load the native library', async ({ place }) => {
  const refuse = `import{registerHooks}from'node:module';registerHooks({resolve(name,context,next){
    if(name==='node-llama-cpp')throw new Error('it was loaded');return next(name,context)}})`;
  const refusing = preload(refuse);
  expect((await place.docmill(['--help'], refusing)).code).toBe(0);
  await writeDocuments(place.path('docs'), 1);
  expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'demo'], refusing)).code).toBe(0);
  expect((await place.docmill(['doctor', '--model', 'no.gguf'], refusing)).code).not.toBe(0);
});

test.concurrent('a machine that the native library has no binary for is told so before any job is taken [M19]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 1);
  const demo = join(import.meta.dirname, '../../models/demo.gguf');
  const model = ['--model', demo];
  const enqueue = ['enqueue', '--input', 'docs', '--task', 'ticket', ...model, '--run', 'demo'];
  expect((await place.docmill(enqueue)).code).toBe(0);
  const without = preload(`import{registerHooks}from'node:module';registerHooks({resolve(name,context,next){
    if(name.startsWith('@node-llama-cpp/'))throw Object.assign(new Error(name),{code:'ERR_MODULE_NOT_FOUND'});
    return next(name,context)}})`);
  const refused = await place.docmill(['worker', ...model], without);
  expect(refused.code).toBe(78);
  expect(refused.stderr).toContain('finds no prebuilt engine for this machine');
  const jobs = await countJobs(place, sha256Of(await readFile(demo)));
  expect(jobs).toMatchObject({ waiting: 1, active: 0, failed: 0 });
});

test.concurrent('an unknown option or command is a usage error that names it', async ({ place }) => {
  for (const args of [['run', '--inputs', 'docs'], ['runn'], ['run', '--limit', 'many'], ['results']]) {
    const { code, stdout, stderr } = await place.docmill(args);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/\n {4}at /);
  }
});

test.concurrent('--debug adds the stack, with its cause', async ({ place }) => {
  const { code, stderr } = await place.docmill(['status', 'nothing', '--debug']);
  expect(code).toBe(66);
  expect(stderr).toMatch(/^docmill: There is no run `nothing`[^\n]+\nAppError: [^\n]+\n {4}at /);
});

test.concurrent('a run name that is taken is refused with how the runs differ [D14]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 3);
  const command = ['run', ...DOCUMENTS, '--run', 'demo', '--workers', '1'];
  expect((await place.docmill(command)).code).toBe(0);
  await writeFile(place.path('docs', 'more.txt'), 'One more.');
  const { code, stdout, stderr } = await place.docmill(command);
  expect([code, stdout]).toEqual([73, '']);
  expect(stderr).toMatch(SENTENCE);
  expect(stderr).toContain('exists and differs in the documents');
  expect((await readdir(place.path('out'))).filter((name) => name.startsWith('.new-'))).toEqual([]);
});

test.concurrent('verify exits 0, then 4 when a part is missing, 65 when one was changed [D13]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 3);
  expect((await place.docmill(['run', ...DOCUMENTS, '--run', 'demo', '--workers', '1'])).code).toBe(0);
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  const part = ledgerOf(place, 'demo').within('parts', '1-000000.jsonl');
  await chmod(part, 0o644);
  await writeFile(part, (await readFile(part, 'utf8')).replace('"status":"ok"', '"status":"OK"'));
  const corrupt = await place.docmill(['verify', 'demo']);
  expect([corrupt.code, corrupt.stdout]).toEqual([65, 'Corrupt: 1 problem.\n']);
  expect(corrupt.stderr).toContain('parts/1-000000.jsonl');
  expect((await place.docmill(['results', 'demo'])).code).toBe(65);
});

const commands = createProgram().commands.map((command) => command.name());

test.for(commands)('%s --help exits 0 and shows an example', (name) => {
  let help = '';
  const program = createProgram();
  const command = program.commands.find((one) => one.name() === name);
  command?.configureOutput({ writeOut: (text) => void (help += text) });
  expect(() => program.parse([name, '--help'], { from: 'user' })).toThrow(expect.objectContaining({ exitCode: 0 }));
  expect(help).toMatch(/Examples?[^\n]*:\n(?:.*\n)* {2}\$ .*docmill /);
});

test.concurrent('help is a result and goes to stdout', async ({ place }) => {
  const { code, stdout, stderr } = await place.docmill(['--help']);
  expect([code, stderr]).toEqual([0, '']);
  for (const command of commands) expect(stdout).toContain(`\n  ${command} `);
});

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const STEERING = /[\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F-\u009F\u202E]/;
const EVIL_NAME = 'red\u001B[31m\u202Etxt.exe\u009B2J.txt';

test.concurrent('file names with escape sequences never reach the terminal raw [F20] [S12]', async ({ place }) => {
  await mkdir(place.path('docs'));
  await writeFile(place.path('docs', EVIL_NAME), 'A ticket.');
  await writeFile(place.path('docs', `bad${EVIL_NAME}`), new Uint8Array([0, 1, 2, 3]));
  const said = [
    await place.docmill(['run', ...DOCUMENTS, '--run', 'demo', '--workers', '1']),
    await place.docmill(['status', 'demo']),
    await place.docmill(['text', `docs/bad${EVIL_NAME}`]),
    await place.docmill(['text', `nowhere/${EVIL_NAME}`]),
    await place.docmill(['inspect', `docs/${EVIL_NAME}`, '--task', 'ticket', ...STUB]),
    await place.docmill(['run', '--input', `no${EVIL_NAME}`, '--task', 'ticket', ...STUB]),
  ];
  expect(said.map(({ code }) => code)).toEqual([3, 0, 66, 66, 0, 66]);
  expect(said.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toMatch(STEERING);
  // A pipe gets the lines as they are in the file, a terminal as they can be shown.
  expect((await place.docmill(['results', 'demo'])).stdout).toBe(await ledgerOf(place, 'demo').results());
  const shown = await onTerminal(place, ['results', 'demo']);
  if (shown === null) return;
  expect(shown).toContain(String.raw`red%1B[31m\u{202e}txt.exe%C2%9B2J.txt`);
  expect(shown).not.toMatch(STEERING);
});

/** What a command prints on a terminal of its own; null where there is no `script` to make one. */
async function onTerminal(place: Workplace, args: readonly string[]): Promise<string | null> {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/script')) return null;
  const command = [process.execPath, DOCMILL, ...args].map((word) => `'${word}'`).join(' ');
  await using terminal = startProgram('/usr/bin/script', ['-qec', command, '/dev/null'], {
    cwd: place.directory,
    env: place.environment,
  });
  return (await terminal.finished).stdout;
}
