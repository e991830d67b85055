import { expect, test } from 'vitest';
import { compileTask } from '../../../src/task/compile-task.ts';
import { describeTask } from '../../../src/task/describe-task.ts';
import { aTask, anObject } from './a-task.ts';

test('a task is described by its fields in schema order', () => {
  const output = anObject({
    topic: { enum: ['a', 'b'] },
    items: {
      type: 'array',
      items: anObject({ 'a/b': { type: ['integer', 'null'], minimum: 0, maximum: 9 } }),
      maxItems: 2,
    },
    total: { type: 'number', 'x-docmill': { verbatim: true, normalize: 'number' } },
  });
  expect(describeTask(compileTask(aTask(output)))).toMatchObject({
    name: 'test',
    kind: 'extract',
    fields: [
      { pointer: '/topic', type: 'one of "a", "b"', nullable: false },
      { pointer: '/items', type: '0 to 2 items', nullable: false },
      { pointer: '/items/*', type: 'an object', nullable: false },
      { pointer: '/items/*/a~1b', type: 'an integer from 0 to 9', nullable: true },
      { pointer: '/total', type: 'number copied from the document, up to 64 characters', nullable: false },
    ],
  });
});
