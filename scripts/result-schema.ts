import { z } from 'zod';
import { resultLineSchema } from '../schemas/result.ts';

/** The JSON Schema (draft 2020-12) of a result line, as it stands in `schemas/result.schema.json`. */
export function resultJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(resultLineSchema, { target: 'draft-2020-12' });
  return {
    $schema,
    title: 'Result line of docmill',
    description: 'What became of one document: a line of a part and of `results.jsonl`.',
    ...schema,
  };
}
