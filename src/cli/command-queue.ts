import type { Sha256 } from '../../schemas/ids.ts';
import type { Config } from '../config.ts';
import type { Endpoint } from '../queue/endpoint.ts';
import { type JobQueue, openJobQueue } from '../queue/job-queue.ts';

/** The queue of a model as a command uses it: it answers, or the command fails within seconds. */
export async function openCommandQueue(
  endpoint: Endpoint,
  modelSha256: Sha256,
  { queuePrefix }: Pick<Config, 'queuePrefix'>,
): Promise<JobQueue> {
  // Every call says by itself what went wrong; the event would say it twice.
  return openJobQueue({ endpoint, modelSha256, role: 'command', prefix: queuePrefix, onError: () => undefined });
}
