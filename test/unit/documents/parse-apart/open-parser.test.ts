import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { packageRoot } from '../../../../src/package-root.ts';
import { openParser } from '../../../../src/documents/parse-apart/open-parser.ts';
import { createTemporaryFiles } from '../temporary-files.ts';
import { parserProcesses, tellsProcesses } from '../../../support/parser-processes.ts';
import { hasProcessLimits } from '../../../support/process-limit.ts';
import { isRunning } from '../../../support/processes.ts';
import { startProgram } from '../../../support/start-program.ts';
import { waitUntil } from '../../../support/wait-until.ts';

// Processes start, and work, as slowly as the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const page = Buffer.from('<html><p>one</p></html>');
const one = { status: 'read', document: { text: 'one', flags: [] } };
/** Enough elements for seconds of work and hundreds of megabytes. */
const heavy = Buffer.from(`<html>${'<p>a <b>b</b></p>'.repeat(150_000)}`);

test('documents are parsed one after the other, each with its own result', async () => {
  await using parser = openParser();
  const pages = Array.from({ length: 20 }, (_, index) => Buffer.from(`<html><p>page ${index}</p></html>`));
  const results = await Promise.all(pages.map((bytes) => parser.parse('html', bytes)));
  expect(results.map((result) => result.status === 'read' && result.document.text)).toEqual(
    pages.map((_, index) => `page ${index}`),
  );
});

test('a document that takes too much computing is refused, and the next one is parsed [F24]', async () => {
  await using parser = openParser({ cpuSeconds: 0.4, heapMb: 512, residentMb: 2048 });
  const [before, over, after] = await Promise.all([page, heavy, page].map((bytes) => parser.parse('html', bytes)));
  expect(before).toEqual(one);
  expect(over).toMatchObject({ status: 'refused', error: { code: 'PARSE_TIMEOUT' } });
  expect(after).toEqual(one);
});

test.each([
  ['heap', { cpuSeconds: 60, heapMb: 24, residentMb: 2048 }],
  ['memory', { cpuSeconds: 60, heapMb: 1024, residentMb: 150 }],
])('a document that takes too much %s is refused, and the next one is parsed', async (_what, limits) => {
  await using parser = openParser(limits);
  const [over, after] = await Promise.all([heavy, page].map((bytes) => parser.parse('html', bytes)));
  expect(['TOO_LARGE', 'PARSE_CRASHED']).toContain(over?.status === 'refused' ? over.error.code : over?.status);
  expect(after).toEqual(one);
});

test('a parser that cannot be loaded says nothing about the document: it throws, and other formats are parsed', async () => {
  await using parser = openParser();
  // @ts-expect-error There is no such format, so its parser is missing as one that was not installed.
  await expect(parser.parse('unknown', page)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await parser.parse('html', page)).toEqual(one);
});

test.runIf(hasProcessLimits)('however few files may be open, no document is refused for it [P19]', async () => {
  const module = pathToFileURL(join(packageRoot(), 'src/documents/parse-apart/open-parser.ts')).href;
  const parseOne = `
    const { openParser } = await import('${module}');
    await using parser = openParser();
    const said = await parser.parse('html', Buffer.from('<p>one</p>')).catch((error) => ({ status: error.code }));
    console.log(said.status);`;
  const parseWith = async (files: number): Promise<string> => {
    await using program = startProgram('prlimit', [`--nofile=${files}`, process.execPath, '-'], {
      cwd: packageRoot(),
      env: {},
    });
    program.child.stdin?.end(parseOne);
    return (await program.finished).stdout.trim();
  };
  // From too few for Node.js itself, which says nothing then, to enough for the parser's process and its thread.
  const said: string[] = [];
  for (let files = 16; files < 100 && said.at(-1) !== 'read'; files += 1) said.push(await parseWith(files));
  expect(new Set(said)).toEqual(new Set(['', 'INTERNAL', 'read']));
});

test.runIf(tellsProcesses)('a process that was killed is replaced and costs no document', async () => {
  await using parser = openParser();
  expect(await parser.parse('html', page)).toEqual(one);
  const [child] = parserProcesses();
  const pending = parser.parse('html', Buffer.from(`<html>${'<p>a <b>b</b></p>'.repeat(20_000)}`));
  process.kill(child?.pid ?? Number.NaN, 'SIGKILL');
  expect(await pending).toMatchObject({ status: 'read' });
  expect(await parser.parse('html', page)).toEqual(one);
});

test.runIf(tellsProcesses)('the process ends with a program that is killed in the middle of a document', async () => {
  await using files = await createTemporaryFiles({ 'heavy.html': heavy });
  const program = join(packageRoot(), 'bin', 'docmill.js');
  await using reading = startProgram(process.execPath, [program, 'text', join(files.directory, 'heavy.html')], {
    cwd: files.directory,
    env: {},
  });
  const child = await waitUntil('the document is parsed', () => parserProcesses(reading.pid)[0], 100_000);
  reading.kill('SIGKILL');
  await waitUntil('the parsing process is gone', async () => !(await isRunning(child.pid)));
  expect(await reading.finished).toMatchObject({ code: 'SIGKILL', stdout: '' });
});

test.runIf(tellsProcesses)('a process that documents have made large is not kept for the next one', async () => {
  await using parser = openParser({ cpuSeconds: 60, heapMb: 512, residentMb: 2048 });
  await parser.parse('html', page);
  const [before] = parserProcesses();
  await parser.parse('html', heavy);
  expect(await parser.parse('html', page)).toEqual(one);
  const [after] = parserProcesses();
  expect(after?.pid).toBeGreaterThan(0);
  expect(after?.pid).not.toBe(before?.pid);
});

test.runIf(tellsProcesses)('a parser leaves no process behind', async () => {
  {
    await using parser = openParser();
    await parser.parse('html', page);
    expect(parserProcesses()).toHaveLength(1);
  }
  await waitUntil('the process is gone', () => Promise.resolve(parserProcesses().length === 0));
});
