import { describe, expect, test } from 'vitest';
import { guarded, isLoopback } from '../../../src/monitor/http/guard.ts';

const TOKEN = 'a-token-of-24-characters';

function anApp(token: string | null = null, hosts: readonly string[] = []) {
  const app = guarded({ hosts, token });
  app.get('/', (context) => context.text('the page'));
  return (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    app.request(path, { method, headers: { host: 'localhost:8790', ...headers } });
}

describe('the dashboard is asked', () => {
  test.for(['localhost', 'localhost:8790', '127.0.0.1:1', '[::1]:8790', 'Mill.Example', '[fd00::5]:8790'])(
    'by the name %s and answers',
    async (host) => {
      expect((await anApp(null, ['mill.example', 'FD00::5'])('/', { host })).status).toBe(200);
    },
  );

  test.for(['evil.example', '', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'evil@localhost'])(
    'by the foreign name %j and says nothing, as if another page had pointed it here [S3]',
    async (host) => {
      const response = await anApp(null, ['mill.example'])('/', { host });
      expect([response.status, (await response.text()).includes('the page')]).toEqual([403, false]);
    },
  );

  test.for(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'to change something by %s and refuses [S3]',
    async (method) => {
      expect((await anApp()('/', {}, method)).status).toBe(405);
    },
  );

  test('for a page, and tells the browser to load nothing from elsewhere and to run nothing of the page [S2]', async () => {
    const { headers } = await anApp()('/');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a dashboard with a token', () => {
  const ask = anApp(TOKEN);

  test.for([
    {},
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: TOKEN },
    { cookie: `docmill_dashboard=${TOKEN}` },
  ])('says nothing to who brings %j [S1]', async (headers: Readonly<Record<string, string>>) => {
    const response = await ask('/', headers);
    expect([response.status, (await response.text()).includes('the page')]).toEqual([401, false]);
  });

  test('says nothing to who brings another one in the address', async () => {
    expect((await ask('/?token=wrong')).status).toBe(401);
  });

  test('answers who brings it in the header', async () => {
    expect(await (await ask('/', { authorization: `Bearer ${TOKEN}` })).text()).toBe('the page');
  });

  test('takes it from the address once, and then from a cookie that no script reads and that is not the token', async () => {
    const first = await ask(`/?token=${TOKEN}`);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly(;|$)/);
    expect(cookie).toMatch(/; SameSite=Strict(;|$)/);
    expect(cookie).not.toContain(TOKEN);
    const second = await ask('/', { cookie: cookie.split(';')[0] ?? '' });
    expect(await second.text()).toBe('the page');
  });

  test('says that it is well without it', async () => {
    expect((await ask('/healthz')).status).toBe(200);
  });
});

test('only this machine reaches its loopback addresses', () => {
  expect(['localhost', '127.0.0.1', '127.1.2.3', '::1'].filter((host) => !isLoopback(host))).toEqual([]);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'example'].filter(isLoopback)).toEqual([]);
});
