import type { JsonValue, Pointer } from '../../../schemas/json.ts';
import type { OkLine } from '../../../schemas/result.ts';
import type { Field } from '../../task/field.ts';
import { walkAnswer } from '../../task/walk-answer.ts';
import { placeOf } from '../place-of.ts';
import { codePointOffsets } from './code-points.ts';

/** langextract's `Extraction`, in its own words and with its offsets: code points. */
type Extraction = {
  readonly extraction_class: string;
  readonly extraction_text: string;
  readonly char_interval: { readonly start_pos: number; readonly end_pos: number } | null;
  readonly alignment_status: 'match_exact' | null;
  readonly extraction_index: number;
  readonly group_index: number;
  readonly description: null;
  readonly attributes: Readonly<Record<string, string>>;
};

/**
 * One extraction for every value of an answer that is not null, in schema order. A copied value has its place in the text;
 * a label, or what the model wrote itself, has none. Fields of one list item share a group.
 */
export function toExtractions(output: Field, line: OkLine, text: string): Extraction[] {
  const toCodePoints = codePointOffsets(text);
  const groups = new Map<Pointer, number>();
  const leaves = [...walkAnswer(output, line.answer)].filter(
    ({ field, value, pointer }) =>
      field.type !== 'object' && field.type !== 'array' && (value !== null || line.spans?.[pointer] !== undefined),
  );
  return leaves.map(({ pointer, value }, index) => {
    const span = line.spans?.[pointer];
    const { name, item } = placeOf(output, pointer);
    if (!groups.has(item)) groups.set(item, groups.size);
    return {
      extraction_class: name,
      extraction_text: span === undefined ? toText(value) : text.slice(span.start, span.end),
      char_interval:
        span === undefined ? null : { start_pos: toCodePoints(span.start), end_pos: toCodePoints(span.end) },
      alignment_status: span === undefined ? null : 'match_exact',
      extraction_index: index,
      group_index: groups.get(item) ?? 0,
      description: null,
      attributes: attributesOf(line, pointer, value),
    };
  });
}

function attributesOf({ spans, confidence }: OkLine, pointer: Pointer, value: JsonValue): Record<string, string> {
  const span = spans?.[pointer];
  const probability = confidence[pointer];
  return {
    pointer,
    ...(span?.text === undefined ? {} : { value: toText(value) }),
    ...(span?.page === undefined ? {} : { page: String(span.page) }),
    ...(probability === undefined ? {} : { confidence: String(probability) }),
  };
}

function toText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
