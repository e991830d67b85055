import { expect, test } from 'vitest';
import { judgeServer } from '../../../src/queue/check-connection.ts';

/** What a server says that is set as it should be, with some lines changed. */
function info(changes: Readonly<Record<string, string | null>> = {}): string {
  const lines = {
    redis_version: '8.6.3',
    maxmemory: '0',
    maxmemory_policy: 'noeviction',
    aof_enabled: '1',
    ...changes,
  };
  return `# Server\r\n${Object.entries(lines)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('')}`;
}

const judge = (changes?: Readonly<Record<string, string | null>>, allowEviction = false) =>
  judgeServer(info(changes), 'redis://here', allowEviction);

test('a server that is set as it should be gives no advice', () => {
  expect(judge()).toEqual({ is: 'Redis 8.6.3', advice: [], remarks: [] });
  // Valkey says that it is an old Redis, for old clients.
  expect(judge({ redis_version: '7.2.4', valkey_version: '8.1.0' })).toEqual({
    is: 'Valkey 8.1.0',
    advice: [],
    remarks: [],
  });
});

test.for(['6.0.16', '5.0.14', '6.1.999', '', 'unknown'])('version %j is refused [R17]', (redis_version) => {
  expect(() => judge({ redis_version })).toThrow('use Redis or Valkey from 6.2 on');
});

test.for(['6.2', '6.2.0', '7.0.15', '10.0.0-rc1'])('version %j is taken', (redis_version) => {
  expect(judge({ redis_version }).is).toBe(`Redis ${redis_version}`);
});

test('a server that names no version is refused [R17]', () => {
  expect(() => judge({ redis_version: null })).toThrow('is a server that names no version');
});

test('a server that throws keys away when it is full is refused, unless that is allowed [R13]', () => {
  const lossy = { maxmemory: '1000000', maxmemory_policy: 'allkeys-lru' };
  expect(() => judge(lossy)).toThrow(/may throw jobs away .*`allkeys-lru`.* `DOCMILL_ALLOW_EVICTION=true`/);
  expect(judge(lossy, true).advice).toEqual([expect.stringContaining('`noeviction`')]);
});

test('a policy that cannot come into play is only advice', () => {
  expect(judge({ maxmemory_policy: 'volatile-lru' }).advice).toEqual([expect.stringContaining('`noeviction`')]);
});

test('a server that keeps nothing on disk is advised to [R14]', () => {
  expect(judge({ aof_enabled: '0' }).advice).toEqual([expect.stringContaining('`appendonly`')]);
});

test('a Redis with known weaknesses is named [S5]', () => {
  expect(judge({ redis_version: '8.6.2' }).remarks).toEqual([expect.stringContaining('before 8.6.3')]);
});
