import { type Pointer, pointerTo } from '../../../schemas/json.ts';
import type { ArrayField, Field, ObjectField } from '../../task/field.ts';
import { type Alternative, type AnswerState, either, END, literal, oneOf, toBytes } from './answer-state.ts';
import type { CopyText } from './copy-text.ts';
import { copyState } from './copy-state.ts';
import { dateState } from './date-state.ts';
import { numberState, toNumberRange } from './number-state.ts';
import { stringState } from './string-state.ts';

type Next = () => AnswerState;

/** The automaton of all answers about one text: compact JSON, members in schema order, every bound kept. */
export function answerAutomaton(output: Field, text: CopyText): AnswerState {
  return valueState(output, '', text, () => END);
}

function valueState(field: Field, pointer: Pointer, text: CopyText, next: Next): AnswerState {
  const alternatives = leafAlternatives(field, pointer, next);
  if (alternatives !== undefined) {
    return oneOf(alternatives, pointer);
  }
  if (!field.nullable) {
    return presentState(field, pointer, text, next);
  }
  const absent = literal('null', pointer, next);
  if (field.type === 'verbatim' && !text.holds(field)) {
    return absent;
  }
  // No value but null begins with `n`.
  return either(absent, presentState(field, pointer, text, next), pointer);
}

/** The values of a field that has only a few, null among them. */
function leafAlternatives(field: Field, pointer: Pointer, next: Next): Alternative[] | undefined {
  if (field.type !== 'label' && field.type !== 'boolean') {
    return undefined;
  }
  const absent = field.nullable ? [{ bytes: 'null', pointer, label: undefined, next }] : [];
  const present =
    field.type === 'boolean'
      ? ['false', 'true'].map((label) => ({ bytes: label, pointer, label, next }))
      : field.labels.map((label) => ({ bytes: toBytes(JSON.stringify(label)), pointer, label, next }));
  return [...present, ...absent];
}

function presentState(field: Field, pointer: Pointer, text: CopyText, next: Next): AnswerState {
  switch (field.type) {
    case 'object':
      return objectState(field, pointer, text, next);
    case 'array':
      return literal('[', pointer, () => itemState(field, { pointer, text, next, index: 0, used: [] }));
    case 'integer':
    case 'number':
      return numberState(toNumberRange(field), pointer, next);
    case 'date':
      return dateState(pointer, next);
    case 'string':
      return stringState(field, pointer, next);
    case 'verbatim':
      return copyState(field, text, pointer, next);
    case 'label':
    case 'boolean':
      throw new Error('labels and booleans are alternatives');
    default:
      return field satisfies never;
  }
}

function objectState(field: ObjectField, pointer: Pointer, text: CopyText, next: Next): AnswerState {
  const memberState = (index: number): AnswerState => {
    const property = field.properties[index];
    if (property === undefined) {
      return literal(index === 0 ? '{}' : '}', pointer, next);
    }
    const name = toBytes(`${index === 0 ? '{' : ','}${JSON.stringify(property.name)}:`);
    const member = pointerTo(pointer, property.name);
    return literal(name, pointer, () => valueState(property.field, member, text, () => memberState(index + 1)));
  };
  return memberState(0);
}

type Items = {
  readonly pointer: Pointer;
  readonly text: CopyText;
  readonly next: Next;
  readonly index: number;
  /** Labels that stand in the array already. */
  readonly used: readonly string[];
};

/** The end of the array, or one more item and then the same question again. */
function itemState(field: ArrayField, items: Items): AnswerState {
  const { pointer, index } = items;
  const mayEnd = index >= field.minItems;
  const mayGoOn = index < field.maxItems;
  const comma = index === 0 ? '' : ',';
  const end: Alternative = { bytes: ']', pointer, label: undefined, next: items.next };
  const labels = leafAlternatives(field.items, pointerTo(pointer, index), () => END)
    ?.filter(({ label }) => !(field.unique && label !== undefined && items.used.includes(label)))
    .map(({ bytes, label, pointer: item }) => ({
      bytes: comma + bytes,
      pointer: item,
      label,
      next: () => itemState(field, { ...items, index: index + 1, used: items.used.concat(label ?? []) }),
    }));
  if (labels !== undefined) {
    return oneOf([...(mayGoOn ? labels : []), ...(mayEnd ? [end] : [])], pointer);
  }
  const another = (): AnswerState =>
    valueState(field.items, pointerTo(pointer, index), items.text, () =>
      itemState(field, { ...items, index: index + 1 }),
    );
  if (!mayGoOn) {
    return literal(']', pointer, items.next);
  }
  const goOn = literal(comma, pointer, another);
  if (!mayEnd) {
    return goOn;
  }
  return either(literal(']', pointer, items.next), goOn, pointer);
}
