import { expect, test } from 'vitest';
import { toPeerSchema } from '../../../bench/sides/peer-schema.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { loadTask } from '../../../src/task/load-task.ts';

test('peers get every field of a task in its order, copied values as strings, absent ones as null', async () => {
  const { output } = compileTask(await loadTask('invoice'));
  expect(JSON.stringify(toPeerSchema(output))).toBe(
    JSON.stringify({
      type: 'object',
      properties: {
        vendor: { type: 'string', maxLength: 80 },
        invoiceNumber: { type: 'string', maxLength: 40 },
        issueDate: { anyOf: [{ type: 'string', maxLength: 256 }, { type: 'null' }] },
        dueDate: { anyOf: [{ type: 'string', maxLength: 256 }, { type: 'null' }] },
        currency: { anyOf: [{ enum: ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK'] }, { type: 'null' }] },
        total: { type: 'string', maxLength: 64 },
        lineItems: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              description: { type: 'string', maxLength: 80 },
              quantity: { anyOf: [{ type: 'string', maxLength: 64 }, { type: 'null' }] },
              amount: { anyOf: [{ type: 'string', maxLength: 64 }, { type: 'null' }] },
            },
            required: ['description', 'quantity', 'amount'],
            additionalProperties: false,
          },
          minItems: 0,
          maxItems: 8,
        },
      },
      required: ['vendor', 'invoiceNumber', 'issueDate', 'dueDate', 'currency', 'total', 'lineItems'],
      additionalProperties: false,
    }),
  );
});
