import { type Pointer, pointerTo } from '../../../schemas/json.ts';
import { AppError } from '../../errors.ts';
import type { Field } from '../../task/field.ts';
import { toBytes } from './answer-state.ts';
import { toNumberRange } from './number-state.ts';

/**
 * Refuses, with `SCHEMA_UNSUPPORTED`, what no answer could be written for: names and labels that the vocabulary has no
 * tokens for, and bounds between which no number of at most 20 decimals lies.
 */
export function checkExpressible(field: Field, canWrite: (bytes: string) => boolean, pointer: Pointer = ''): void {
  const isWritable = (text: string): boolean => canWrite(toBytes(JSON.stringify(text)));
  switch (field.type) {
    case 'object':
      for (const { name, field: member } of field.properties) {
        const at = pointerTo(pointer, name);
        require(isWritable(name), at, 'The model has no tokens for the name of the field', 'give it another name');
        checkExpressible(member, canWrite, at);
      }
      return;
    case 'array':
      checkExpressible(field.items, canWrite, pointerTo(pointer, '*'));
      return;
    case 'label':
      require(field.labels.every(
        isWritable,
      ), pointer, 'The model has no tokens for a label of the field', 'write it otherwise');
      return;
    case 'integer':
    case 'number': {
      const { lowest, highest } = toNumberRange(field);
      require(lowest <=
        highest, pointer, 'No number with at most 20 decimals lies between the bounds of the field', 'widen them');
      return;
    }
    case 'boolean':
    case 'date':
    case 'string':
    case 'verbatim':
      return;
    default:
      field satisfies never;
  }
}

function require(isPossible: boolean, pointer: Pointer, problem: string, remedy: string): void {
  if (!isPossible) {
    throw new AppError('SCHEMA_UNSUPPORTED', `${problem} \`${pointer}\`; ${remedy}.`, { details: { pointer } });
  }
}
