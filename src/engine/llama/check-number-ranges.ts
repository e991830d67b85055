import { AppError } from '../../errors.ts';
import type { Field } from '../../task/field.ts';
import { leafFields } from '../../task/leaf-fields.ts';
import { toNumberRange } from './number-state.ts';

/** Refuses, with `SCHEMA_UNSUPPORTED`, bounds between which no number of at most 20 decimals lies. */
export function checkNumberRanges(output: Field): void {
  for (const { pointer, field } of leafFields(output)) {
    if (field.type === 'integer' || field.type === 'number') {
      const { lowest, highest } = toNumberRange(field);
      if (lowest > highest) {
        throw new AppError(
          'SCHEMA_UNSUPPORTED',
          `No number with at most 20 decimals lies between the bounds of the field \`${pointer}\`; widen them.`,
          { details: { pointer } },
        );
      }
    }
  }
}
