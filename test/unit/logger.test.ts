import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { redactCredentials } from '../../src/logger.ts';

/** Passwords as people have them, also those that should have been percent-encoded. */
const passwordArbitrary = fc
  .string({ unit: fc.constantFrom(...'aZ9/@:?#%&+=!$*()-_.,;~^|\\'.split('')), minLength: 1, maxLength: 20 })
  .map((middle) => `<${middle}>`);

describe('credentials', () => {
  test('in a URL are cut out, whatever the password looks like', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('redis', 'rediss', 'postgres', 'https'),
        fc.constantFrom('', 'user'),
        passwordArbitrary,
        (scheme, user, password) => {
          const text = `Could not connect to \`${scheme}://${user}:${password}@queue.internal:6379/0\`.`;
          expect(redactCredentials(text)).toBe(`Could not connect to \`${scheme}://***@queue.internal:6379/0\`.`);
        },
      ),
    );
  });

  test('are cut out of every URL of a text, and nothing else is', () => {
    expect(redactCredentials('a redis://:x@h1 b rediss://u:y@h2 c')).toBe('a redis://***@h1 b rediss://***@h2 c');
    for (const text of [
      'redis://host:6379',
      'mail a@b.example about https://host/path',
      'at file:///app/node_modules/@scope/package/index.js:1:2',
    ]) {
      expect(redactCredentials(text)).toBe(text);
    }
  });
});

const script = `
  import { createLogger } from './src/logger.ts';
  const log = createLogger('info', { worker: 'w1' });
  const cause = Object.assign(new Error('cause redis://:secret@host'), { code: 'ECONNREFUSED', url: 'redis://:secret@host' });
  log.warn({ err: new Error('lost redis://:secret@host', { cause }), shard: 3 }, 'queue unreachable');
  log.error({ err: 'redis://:secret@host' }, 'not an error');
  log.debug({}, 'not shown');
`;

test('the log is JSON lines on stderr, levels by name, without any password [S8]', () => {
  const root = join(import.meta.dirname, '../..');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(stderr).not.toContain('secret');
  const entries = stderr
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(entries).toMatchObject([
    {
      level: 'warn',
      worker: 'w1',
      shard: 3,
      msg: 'queue unreachable',
      err: { type: 'Error', message: 'lost redis://***@host', cause: { code: 'ECONNREFUSED' } },
    },
    { level: 'error', err: 'redis://***@host', msg: 'not an error' },
  ]);
});
