import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedQueue } from '../../../src/queue/embedded/start-embedded-queue.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** File that describes the queue server of all tests, as workers of `run` are told of theirs. */
    endpointFile: string;
  }
}

/** Starts one private queue server for all tests: a Redis found on PATH, else the embedded PostgreSQL. */
export default async function startQueueServer(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'docmill-queue-'));
  const queue = await startEmbeddedQueue(directory);
  process.stderr.write(`Tests use an embedded ${queue.server}.\n`);
  project.provide('endpointFile', queue.endpointFile);
  return async () => {
    await queue[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  };
}
