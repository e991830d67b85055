import { type Pointer, pointerParts, pointerTo } from '../../schemas/json.ts';
import type { Field } from '../task/field.ts';

/**
 * `/lineItems/0/amount` is `lineItems.amount`, because items of a list are of one class, and stands in the item
 * `/lineItems/0`. What stands in no list is in the item that is the whole answer.
 */
export function placeOf(output: Field, pointer: Pointer): { readonly name: string; readonly item: Pointer } {
  const names: string[] = [];
  let field: Field | undefined = output;
  let [at, item] = ['', ''];
  for (const part of pointerParts(pointer)) {
    at = pointerTo(at, part);
    if (field?.type === 'object') {
      names.push(part);
      field = field.properties.find(({ name }) => name === part)?.field;
    } else {
      item = at;
      field = field?.type === 'array' ? field.items : undefined;
    }
  }
  return { name: names.join('.'), item };
}
