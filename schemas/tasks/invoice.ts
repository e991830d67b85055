import { z } from 'zod';
import { defineTask, verbatim, verbatimDate, verbatimNumber } from '../task.ts';

export default defineTask({
  name: 'invoice',
  kind: 'extract',
  instructions: 'Extract the invoice fields.',
  output: z.object({
    vendor: verbatim().max(80),
    invoiceNumber: verbatim().max(40),
    issueDate: verbatimDate().nullable(),
    dueDate: verbatimDate().nullable(),
    currency: z.enum(['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK']).nullable(),
    total: verbatimNumber(),
    lineItems: z
      .array(
        z.object({
          description: verbatim().max(80),
          quantity: verbatimNumber().nullable(),
          // An amount like `12.50 to 15` is no number: it costs this value and not the invoice.
          amount: verbatimNumber().nullable(),
        }),
      )
      .max(8),
  }),
});
