import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { z } from 'zod';
import { writeDocuments } from '../support/documents.ts';
import { test } from '../support/place-test.ts';
import { startProgram } from '../support/start-program.ts';
import { waitUntil } from '../support/wait-until.ts';
import { DOCMILL, type Workplace } from '../support/workplace.ts';

const ENQUEUE = ['enqueue', '--input', 'docs', '--task', 'ticket', '--model', 'stub:', '--run', 'demo'];
const ENTER = '\u001B[?1049h';
const LEAVE = '\u001B[?1049l';
const statusSchema = z.looseObject({ at: z.iso.datetime(), run: z.literal('demo'), state: z.string() });

const hasScript = ((): boolean => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

async function anOpenRun(place: Workplace): Promise<void> {
  await writeDocuments(place.path('docs'), 3);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
}

test
  .skipIf(!hasScript)
  .concurrent(
    'status --watch takes the screen of a terminal, and Ctrl-C gives it back with the last figures',
    async ({ place }) => {
      await anOpenRun(place);
      // Without a shell between, which would answer Ctrl-C too.
      const command = ['exec', process.execPath, DOCMILL, 'status', 'demo', '--watch'].join(' ');
      await using terminal = startProgram('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
        cwd: place.directory,
        env: { ...place.environment, TERM: 'xterm' },
      });
      await waitUntil('the screen is drawn', () => terminal.stdout().includes('Ctrl-C leaves'));
      terminal.child.stdin?.write('\u0003');
      expect((await terminal.finished).code).toBe(0);
      const said = terminal.stdout();
      expect(said.indexOf(ENTER)).toBeLessThan(said.indexOf('demo: open'));
      expect(said.slice(said.indexOf(LEAVE))).toContain('0/3 documents');
      expect(said.split(LEAVE).length).toBe(2);
    },
  );

test.concurrent('status --watch --json is one JSON object a line until the run ends, and a closed pipe is quiet', async ({
  place,
}) => {
  await anOpenRun(place);
  await using watch = place.start(['status', 'demo', '--watch', '--json']);
  await waitUntil('two lines are there', () => watch.stdout().split('\n').length > 2);
  await using head = startProgram('sh', ['-c', `${process.execPath} ${DOCMILL} status demo --watch --json | head -1`], {
    cwd: place.directory,
    env: place.environment,
  });
  expect(await head.finished).toMatchObject({ code: 0, stderr: '' });
  await using _worker = await place.worker();
  expect((await watch.finished).code).toBe(0);
  const lines = watch.stdout().trimEnd().split('\n');
  const states = lines.map((line) => statusSchema.parse(JSON.parse(line)).state);
  expect(new Set(states)).toEqual(new Set(['open', 'complete']));
  expect(states.at(-1)).toBe('complete');
});
