import { AppError } from '../errors.ts';
import { connectRedis, queueError } from './connect.ts';
import { type Endpoint, describeEndpoint } from './endpoint.ts';

/** What a queue server is, and what its operator should know. */
export type ServerReport = {
  readonly is: string;
  /** What should be set otherwise. */
  readonly advice: readonly string[];
  /** What is good to know and may be in order. */
  readonly remarks: readonly string[];
};

/** The first version with what BullMQ calls. */
const OLDEST = [6, 2] as const;
/** The first Redis without the weaknesses that were found in its scripting and in its blocking commands. */
const MENDED = [8, 6, 3] as const;

/**
 * Asks a queue server what it is and how it keeps data. Throws `CONFIG_INVALID` for one that is too old, that is no
 * Redis, or that may throw jobs away (unless that is allowed), and what `connectRedis` throws.
 */
export async function checkConnection(endpoint: Endpoint, allowEviction: boolean): Promise<ServerReport> {
  if (endpoint.kind === 'postgres') return { is: 'PostgreSQL', advice: [], remarks: [] };
  const redis = await connectRedis(endpoint, 'command');
  try {
    const info = await redis.info().catch((cause: unknown) => {
      throw queueError(endpoint, cause);
    });
    return judgeServer(info, describeEndpoint(endpoint), allowEviction);
  } finally {
    redis.disconnect();
  }
}

/** The same from the words of the server's `INFO`; `place` is for errors. */
export function judgeServer(text: string, place: string, allowEviction: boolean): ServerReport {
  const info = parseInfo(text);
  const valkey = info.get('valkey_version');
  const version = valkey ?? info.get('redis_version') ?? '';
  if (!isAtLeast(version, OLDEST)) {
    const found = version === '' ? 'a server that names no version' : `version \`${version}\``;
    throw new AppError(
      'CONFIG_INVALID',
      `The queue at \`${place}\` is ${found}; use Redis or Valkey from ${OLDEST.join('.')} on.`,
    );
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  // Without a limit the policy never comes into play.
  const evicts = policy !== 'noeviction' && info.get('maxmemory') !== '0';
  if (evicts && !allowEviction) {
    throw new AppError(
      'CONFIG_INVALID',
      `The queue at \`${place}\` may throw jobs away when it is full (\`maxmemory-policy\` is \`${policy}\`); set it to \`noeviction\`, or allow it with \`DOCMILL_ALLOW_EVICTION=true\`.`,
    );
  }
  const isMended = valkey !== undefined || isAtLeast(version, MENDED);
  return {
    is: `${valkey === undefined ? 'Redis' : 'Valkey'} ${version}`,
    advice: adviseOnKeeping(policy, info.get('aof_enabled') === '1'),
    remarks: isMended
      ? []
      : [`Redis before ${MENDED.join('.')} has known weaknesses, unless your distribution has mended them`],
  };
}

function adviseOnKeeping(policy: string, isOnDisk: boolean): string[] {
  return [
    ...(policy === 'noeviction'
      ? []
      : [`set \`maxmemory-policy\` to \`noeviction\` (it is \`${policy}\`), or jobs may vanish`]),
    ...(isOnDisk ? [] : ['turn on `appendonly`; without it a restart costs queueing everything again']),
  ];
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.').map(Number);
  if (parts === undefined) return false;
  for (const [index, wanted] of least.entries()) {
    const given = parts[index] ?? 0;
    if (given !== wanted) return given > wanted;
  }
  return true;
}

function parseInfo(info: string): Map<string, string> {
  return new Map(
    info
      .split(/\r?\n/)
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
