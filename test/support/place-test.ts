import { test as base, inject } from 'vitest';
import { createWorkplace } from './workplace.ts';

/** Tests whose `place` is a directory and a queue of their own; one that leaves a process behind fails. */
// oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which other fixtures are needed
export const test = base.extend('place', async ({}, { onCleanup }) => {
  const place = await createWorkplace({ DOCMILL_QUEUE_ENDPOINT: inject('endpointFile') });
  onCleanup(place.close);
  return place;
});
