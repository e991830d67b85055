import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { faultPoints } from '../../src/fault-points.ts';
import { readFaultLog } from '../support/fault-log.ts';
import { createFastFiles } from '../support/fast-files.ts';

const root = join(import.meta.dirname, '../..');

/** The module as a new process sees it: the environment is read at the first arrival. */
async function freshModule() {
  vi.resetModules();
  return import('../../src/fault-points.ts');
}

beforeEach(() => void vi.stubEnv('DOCMILL_FAULTS', undefined));
afterEach(() => void vi.unstubAllEnvs());

describe('a fault point', () => {
  test('does nothing unless a fault is armed', async () => {
    const { faultPoint } = await freshModule();
    expect(() => faultPoint('register.linked')).not.toThrow();
  });

  test('fails with the errno that is asked for, at its point and path alone, from the nth arrival on, so many times', async () => {
    vi.stubEnv(
      'DOCMILL_FAULTS',
      JSON.stringify([{ point: 'register.written', path: '/parts/', action: 'ENOSPC', from: 2, times: 2 }]),
    );
    const { faultPoint } = await freshModule();
    const arrive = (): string => {
      try {
        faultPoint('register.written', '/run/parts/1');
        return 'passed';
      } catch (error) {
        return error instanceof Error && 'code' in error ? String(error.code) : 'another error';
      }
    };
    expect(() => faultPoint('register.written', '/run/state/1')).not.toThrow();
    expect(() => faultPoint('register.synced', '/run/parts/1')).not.toThrow();
    expect([arrive(), arrive(), arrive(), arrive()]).toEqual(['passed', 'ENOSPC', 'ENOSPC', 'passed']);
  });

  test('with no chance is passed', async () => {
    vi.stubEnv('DOCMILL_FAULTS', JSON.stringify([{ point: 'job.taken', action: 'EIO', chance: 0, times: 9 }]));
    const { faultPoint } = await freshModule();
    for (let arrival = 0; arrival < 100; arrival += 1) expect(() => faultPoint('job.taken')).not.toThrow();
  });

  test.for(['no JSON', '[{"point":"nowhere","action":"kill"}]', '[{"point":"job.taken","action":"explode"}]'])(
    'refuses %s at the first arrival',
    async (faults) => {
      vi.stubEnv('DOCMILL_FAULTS', faults);
      const { faultPoint } = await freshModule();
      expect(() => faultPoint('job.taken')).toThrow('DOCMILL_FAULTS');
    },
  );

  test.for([
    ['kill', null, 'SIGKILL'],
    ['exit', 70, null],
  ] as const)('can %s the process, and the log has its arrival and what was done', async ([action, status, signal]) => {
    await using files = await createFastFiles();
    const log = join(files.directory, 'log');
    const script = `import { faultPoint } from ${JSON.stringify(join(root, 'src/fault-points.ts'))};
      faultPoint('job.taken', 'a'); faultPoint('job.taken', 'b'); console.log('alive');`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        DOCMILL_FAULT_LOG: log,
        DOCMILL_FAULTS: JSON.stringify([{ point: 'job.taken', path: 'b', action }]),
      },
    });
    expect(ended).toMatchObject({ status, signal, stdout: '' });
    const arrivals = (await readFaultLog(log)).map(({ point, path, action: done }) => [point, path, done]);
    expect(arrivals).toEqual([
      ['job.taken', 'a', undefined],
      ['job.taken', 'b', undefined],
      ['job.taken', 'b', action],
    ]);
  });
});

test('every declared point is passed in exactly one place of the code', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'));
  const passed = sources.flatMap((text) => [...text.matchAll(/faultPoint\('([^']+)'/g)].map(([, point = '']) => point));
  expect(passed.sort()).toEqual(Object.keys(faultPoints).sort());
});
