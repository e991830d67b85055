import type { Config } from '../config.ts';
import { type Endpoint, resolveEndpoint } from '../queue/endpoint.ts';

/** The Redis whose queues are to be looked at; null where none is named: the queue that `run` brings is its own. */
export async function configuredRedis({
  redisUrl,
  queueEndpoint,
}: Config): Promise<Exclude<Endpoint, { kind: 'postgres' }> | null> {
  if (redisUrl === undefined && queueEndpoint === undefined) return null;
  const endpoint = await resolveEndpoint({ redisUrl, endpointFile: queueEndpoint });
  return endpoint.kind === 'postgres' ? null : endpoint;
}
