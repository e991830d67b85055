import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/package-root.ts';
import { hasProcessLimits } from '../../support/process-limit.ts';
import { startProgram } from '../../support/start-program.ts';

const MODULE = pathToFileURL(join(packageRoot(), 'src', 'worker', 'watchdog.ts')).href;

/** Opens all the files it may as soon as it is watched, and then stands still. */
const HANGING = `
  import { openSync } from 'node:fs';
  import { startWatchdog } from '${MODULE}';
  await startWatchdog({ loopMs: 500, stepMs: 600_000 });
  try { for (;;) openSync('/dev/null'); } catch (error) { console.log(error.code); }
  setTimeout(() => { for (;;); }, 200);
`;

test.skipIf(!hasProcessLimits)(
  'a process that may open no more files is watched like any other from the moment it has its watchdog [P19]',
  async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'dm-'));
    await writeFile(join(directory.path, 'hanging.mjs'), HANGING);
    await using program = startProgram('prlimit', ['--nofile=256', process.execPath, 'hanging.mjs'], {
      cwd: directory.path,
      env: {},
    });
    const { code, stdout, stderr } = await program.finished;
    expect(stdout).toBe('EMFILE\n');
    expect(stderr).toContain('event loop hangs, process ended');
    expect(code).toBe('SIGKILL');
  },
);
