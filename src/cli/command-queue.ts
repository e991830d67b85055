import type { Sha256 } from '../../schemas/ids.ts';
import type { Config } from '../config.ts';
import { checkConnection } from '../queue/check-connection.ts';
import type { Endpoint } from '../queue/endpoint.ts';
import { type JobQueue, openJobQueue } from '../queue/job-queue.ts';
import { note } from './output.ts';

/** The queue of a model as a command uses it: it answers and keeps what it is given, or the command fails within seconds. */
export async function openCommandQueue(
  endpoint: Endpoint,
  modelSha256: Sha256,
  { queuePrefix, allowEviction }: Pick<Config, 'queuePrefix' | 'allowEviction'>,
): Promise<JobQueue> {
  const { advice } = await checkConnection(endpoint, allowEviction);
  for (const sentence of advice) note(`The queue loses more than it needs to: ${sentence}.`);
  // Every call says by itself what went wrong; the event would say it twice.
  return openJobQueue({ endpoint, modelSha256, role: 'command', prefix: queuePrefix, onError: () => undefined });
}
