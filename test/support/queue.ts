import type { JobsOptions } from 'bullmq';
import { openBackend, queueName } from '../../src/queue/backend.ts';
import { resolveEndpoint } from '../../src/queue/endpoint.ts';
import { type QueueCounts, openJobQueue } from '../../src/queue/job-queue.ts';
import { STUB_IDENTITY } from '../../src/engine/stub.ts';
import type { Workplace } from './workplace.ts';

/** The jobs of a model, of the stub where none is named, in the queue of a workplace. */
export async function countJobs(place: Workplace, modelSha256 = STUB_IDENTITY.sha256): Promise<QueueCounts> {
  await using queue = await openJobQueue({
    ...(await whereIs(place)),
    modelSha256,
    role: 'command',
    onError: () => undefined,
  });
  return await queue.counts();
}

/** Adds a job as somebody else might, whatever its data. */
export async function addForeignJob(
  place: Workplace,
  data: unknown,
  jobId?: string,
  options: JobsOptions = {},
): Promise<void> {
  const { endpoint, prefix } = await whereIs(place);
  const backend = await openBackend(endpoint, 'command', prefix);
  const queue = backend.createQueue(queueName(STUB_IDENTITY.sha256));
  await queue.addBulk([{ name: 'shard', data, opts: { ...options, ...(jobId !== undefined && { jobId }) } }]);
  await queue.close();
  await backend.close();
}

async function whereIs({ environment }: Workplace) {
  const endpoint = await resolveEndpoint({
    redisUrl: environment['REDIS_URL'],
    endpointFile: environment['DOCMILL_QUEUE_ENDPOINT'],
  });
  return { endpoint, prefix: environment['DOCMILL_QUEUE_PREFIX'] ?? '{docmill}' };
}
