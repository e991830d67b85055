import { connectRedis } from './connect.ts';
import type { Endpoint } from './endpoint.ts';

/** Asks a Redis server what it is and how it keeps data; says in words what an operator should know. */
export async function checkConnection(endpoint: Endpoint): Promise<string> {
  if (endpoint.kind === 'postgres') return 'PostgreSQL';
  const redis = await connectRedis(endpoint, 'command');
  try {
    const info = parseInfo(await redis.info());
    const version = info.get('valkey_version') ?? info.get('redis_version') ?? 'unknown version';
    const policy = info.get('maxmemory_policy') ?? 'unknown';
    const advice = [
      ...(policy === 'noeviction'
        ? []
        : [`set \`maxmemory-policy\` to \`noeviction\` (it is \`${policy}\`), or jobs may vanish`]),
      ...(info.get('aof_enabled') === '1'
        ? []
        : ['turn on `appendonly`; without it a restart costs queueing everything again']),
    ];
    return [`version ${version}`, ...advice].join('; ');
  } finally {
    redis.disconnect();
  }
}

function parseInfo(info: string): Map<string, string> {
  return new Map(
    info
      .split(/\r?\n/)
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
