import type { Pointer } from '../../schemas/json.ts';
import { AppError } from '../errors.ts';

/** The error for an output schema that cannot be enforced; `pointer` leads to the keyword within the output schema. */
export function schemaUnsupported(pointer: Pointer, problem: string): AppError {
  const place = pointer === '' ? 'at its root' : `at \`${pointer}\``;
  return new AppError('SCHEMA_UNSUPPORTED', `The output schema cannot be used ${place}: ${problem}.`, {
    details: { pointer },
  });
}
