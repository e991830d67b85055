import { createHash } from 'node:crypto';
import type { ChunkAnswer, Span } from '../../schemas/answer.ts';
import { type JsonValue, type Pointer, pointerTo } from '../../schemas/json.ts';
import { sha256Of } from '../sha256.ts';
import type { ArrayField, Field, VerbatimField } from '../task/field.ts';
import { pickVerbatim } from './stub-verbatim.ts';

/** A number in [0, 1) for each `purpose` at each place of the answer, and nothing else. */
export type Dice = (purpose: string) => number;

type CopyField = { readonly nullable: boolean } & VerbatimField;

type Draft = {
  readonly text: string;
  readonly confidence: Record<Pointer, number>;
  readonly labels: Record<Pointer, Record<string, number>>;
  readonly spans: Record<Pointer, Span>;
};

/** The stub's answer: every value within the field's bounds, drawn from the SHA-256 of the text and the pointer. */
export function answerFromHash(output: Field, text: string): ChunkAnswer {
  const textHash = sha256Of(text);
  const draft: Draft = { text, confidence: {}, labels: {}, spans: {} };
  const value = draw(output, '', (pointer) => diceFor(textHash, pointer), draft);
  const { confidence, labels, spans } = draft;
  return { value, confidence, labels, spans, tokens: { prompt: 0, cached: 0, forced: 0, chosen: 0 } };
}

function diceFor(textHash: string, pointer: Pointer): Dice {
  return (purpose) => {
    const digest = createHash('sha256').update(`${textHash}\n${purpose}\n${pointer}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
}

function draw(field: Field, pointer: Pointer, diceAt: (pointer: Pointer) => Dice, draft: Draft): JsonValue {
  const dice = diceAt(pointer);
  if (field.type === 'object' && !(field.nullable && dice('null') < 0.1)) {
    return Object.fromEntries(
      field.properties.map(({ name, field: member }) => [name, draw(member, pointerTo(pointer, name), diceAt, draft)]),
    );
  }
  if (field.type === 'array' && !(field.nullable && dice('null') < 0.1)) {
    return drawItems(field, pointer, diceAt, draft);
  }
  draft.confidence[pointer] = 0.5 + dice('confidence') / 2;
  return field.nullable && dice('null') < 0.1 ? null : drawLeaf(field, pointer, dice, draft);
}

function drawItems(field: ArrayField, pointer: Pointer, diceAt: (pointer: Pointer) => Dice, draft: Draft): JsonValue {
  const dice = diceAt(pointer);
  const count = integerBetween(field.minItems, Math.min(field.maxItems, field.minItems + 3), dice('items'));
  if (count === 0) {
    draft.confidence[pointer] = 0.5 + dice('confidence') / 2;
  }
  const first = Math.floor(dice('first') * 1000);
  return Array.from({ length: count }, (_, index) => {
    const { items } = field;
    // Labels that may not repeat are taken in turn.
    const item =
      field.unique && items.type === 'label'
        ? { ...items, labels: items.labels.slice((first + index) % items.labels.length).slice(0, 1) }
        : items;
    return draw(item, pointerTo(pointer, index), diceAt, draft);
  });
}

function drawLeaf(field: Field, pointer: Pointer, dice: Dice, draft: Draft): JsonValue {
  switch (field.type) {
    case 'label':
      return drawLabel(field.labels, pointer, dice, draft);
    case 'boolean':
      return drawLabel(['false', 'true'], pointer, dice, draft) === 'true';
    case 'integer':
      return integerBetween(field.minimum, field.maximum, dice('value'));
    case 'number':
      return numberBetween(field.minimum, field.maximum, dice('value'));
    case 'date':
      return drawDate(dice);
    case 'string':
      return drawText(field, dice);
    case 'verbatim':
      return drawCopy(field, pointer, dice, draft);
    case 'object':
    case 'array':
      return null;
    default:
      return field satisfies never;
  }
}

function drawDate(dice: Dice): string {
  const day = Date.UTC(2000 + integerBetween(0, 29, dice('year')), 0, 1 + integerBetween(0, 364, dice('day')));
  return new Date(day).toISOString().slice(0, 10);
}

function drawText(field: { readonly minLength: number; readonly maxLength: number }, dice: Dice): string {
  const length = Math.max(field.minLength, Math.min(field.maxLength, integerBetween(8, 16, dice('length'))));
  return 'stub text '.repeat(Math.ceil(length / 10)).slice(0, length);
}

function drawCopy(field: CopyField, pointer: Pointer, dice: Dice, draft: Draft): string | null {
  const span = pickVerbatim(field, draft.text, dice);
  if (span === undefined && field.nullable) {
    return null;
  }
  // A text without anything to copy gets the empty text, which validation refuses as it should.
  draft.spans[pointer] = span ?? { start: 0, end: 0 };
  return span === undefined ? '' : draft.text.slice(span.start, span.end);
}

function drawLabel(labels: readonly string[], pointer: Pointer, dice: Dice, draft: Draft): string {
  const weights = labels.map((label) => 0.05 + dice(`label ${label}`) ** 4);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const best = weights.indexOf(Math.max(...weights));
  draft.labels[pointer] = Object.fromEntries(labels.map((label, index) => [label, (weights[index] ?? 0) / total]));
  draft.confidence[pointer] = (weights[best] ?? 0) / total;
  return labels[best] ?? '';
}

/** An integer from `from` to `to`, both included, also where their distance is no exact double. */
function integerBetween(from: number, to: number, chance: number): number {
  return Math.min(to, from + Math.floor(chance * (to - from + 1)));
}

function numberBetween(from: number, to: number, chance: number): number {
  const exact = from + chance * (to - from);
  const rounded = Math.round(exact * 100) / 100;
  return Math.max(from, Math.min(to, rounded));
}
