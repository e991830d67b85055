import { expect, test } from 'vitest';
import { isPassing, toStorageError } from '../../../src/object-storage/storage-error.ts';

/** An error as the SDK throws it. */
function answer(name: string, metadata: object): Error {
  return Object.assign(new Error('the store said no'), { name, $metadata: metadata });
}

test.for([
  ['Forbidden', { httpStatusCode: 403 }, 'EACCES', false],
  ['NotFound', { httpStatusCode: 404 }, 'ENOENT', false],
  ['NoSuchBucket', { httpStatusCode: 404 }, 'NoSuchBucket', false],
  ['PreconditionFailed', { httpStatusCode: 412 }, 'EEXIST', false],
  ['SlowDown', { httpStatusCode: 503 }, 'BUSY', true],
  ['RequestTimeTooSkewed', { httpStatusCode: 403 }, 'BUSY', true],
  ['Forbidden', { httpStatusCode: 403, clockSkewCorrected: true }, 'BUSY', true],
  ['PreconditionFailed', { httpStatusCode: 412, clockSkewCorrected: true }, 'EEXIST', false],
  ['NotFound', { httpStatusCode: 404, clockSkewCorrected: true }, 'ENOENT', false],
  ['TimeoutError', {}, 'ETIMEDOUT', true],
] as const)('%s with %j is %s, and another call may help: %s', ([name, metadata, code, passes]) => {
  const error = toStorageError(answer(name, metadata));
  expect(error).toMatchObject({ code });
  expect(isPassing(error)).toBe(passes);
});
