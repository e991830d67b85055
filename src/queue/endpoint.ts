import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../../schemas/json.ts';
import { AppError } from '../errors.ts';

/** Where the queue is. The embedded server writes this to a file of mode 0600 that its workers read. */
const endpointSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('redis'), url: z.string() }),
  z.strictObject({ kind: z.literal('redis-socket'), path: z.string() }),
  z.strictObject({
    kind: z.literal('postgres'),
    host: z.string(),
    port: z.int(),
    user: z.string(),
    password: z.string(),
    database: z.string(),
  }),
]);
export type Endpoint = z.infer<typeof endpointSchema>;

/** The queue that a command was told to use; throws `QUEUE_UNREACHABLE` when it was told none. */
export async function resolveEndpoint(settings: {
  readonly redisUrl: string | undefined;
  readonly endpointFile: string | undefined;
}): Promise<Endpoint> {
  if (settings.endpointFile !== undefined) return readEndpoint(settings.endpointFile);
  if (settings.redisUrl !== undefined) return parseRedisUrl(settings.redisUrl);
  throw new AppError(
    'QUEUE_UNREACHABLE',
    'There is no queue: set `REDIS_URL`, or use `docmill run`, which brings its own queue and workers.',
  );
}

/** How an endpoint is shown to people and in logs: never with its password. */
export function describeEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'redis': {
      const url = new URL(endpoint.url);
      url.username = '';
      url.password = '';
      // ioredis takes options from the query, the password among them.
      url.search = '';
      return url.href;
    }
    case 'redis-socket':
      return endpoint.path;
    case 'postgres':
      return `postgres://${endpoint.host}:${endpoint.port}/${endpoint.database}`;
    default:
      return endpoint satisfies never;
  }
}

/** `redis://`, `rediss://` or `unix:///path/of/socket`. */
function parseRedisUrl(url: string): Endpoint {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'unix:') return { kind: 'redis-socket', path: decodeURIComponent(parsed.pathname) };
  if (parsed?.protocol === 'redis:' || parsed?.protocol === 'rediss:') return { kind: 'redis', url };
  throw new AppError('CONFIG_INVALID', 'Expected `REDIS_URL` to begin with `redis://`, `rediss://` or `unix://`.');
}

async function readEndpoint(file: string): Promise<Endpoint> {
  const endpoint = endpointSchema.safeParse(parseJson(await readFile(file, 'utf8').catch(() => '')));
  if (endpoint.success) return endpoint.data;
  throw new AppError('QUEUE_UNREACHABLE', `The embedded queue that \`${file}\` describes is gone.`);
}
