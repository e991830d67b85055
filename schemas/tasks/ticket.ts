import { z } from 'zod';
import { defineTask } from '../task.ts';

export default defineTask({
  name: 'ticket',
  kind: 'classify',
  instructions: 'Classify the support ticket.',
  output: z.object({
    category: z.enum(['billing', 'account', 'technical', 'shipping', 'other']),
    urgency: z.enum(['low', 'normal', 'high']),
    sentiment: z.enum(['negative', 'neutral', 'positive']),
  }),
});
