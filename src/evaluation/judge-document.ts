import type { Span } from '../../schemas/answer.ts';
import { type JsonObject, type JsonValue, type Pointer, pointerTo, valueAt } from '../../schemas/json.ts';
import type { OkLine, ResultLine } from '../../schemas/result.ts';
import { canonicalJson } from '../task/canonical-json.ts';
import type { CompiledTask } from '../task/field.ts';
import { type AnswerPair, alignAnswers } from './align-answers.ts';
import type { CalibrationPoint } from './calibration.ts';
import { findPlaces } from './find-places.ts';
import { sortLabels } from './sort-labels.ts';
import { type SpanOverlap, overlapSpans } from './span-scores.ts';

/** One document compared with its gold answer. */
export type DocumentJudgement = {
  readonly id: string;
  readonly status: ResultLine['status'];
  /** Why there is no answer. */
  readonly code: string | undefined;
  /** Whether the whole answer is the gold answer. */
  readonly exact: boolean;
  readonly pairs: readonly AnswerPair[];
  /** Fields that are not right, at their place in the answer, else in the gold answer. */
  readonly wrong: readonly Pointer[];
  /** Every confidence with whether its value is right. */
  readonly points: readonly CalibrationPoint[];
  /** The lowest confidence of the answer. */
  readonly confidence: number | undefined;
  readonly spans: readonly (SpanOverlap & { readonly pointer: Pointer })[];
};

/** What is known of a document besides its line: the gold answer as the file has it and in its final form, and the text. */
export type JudgedGold = { readonly given: JsonObject; readonly final: JsonObject; readonly text: string };

/** Compares a result line with the gold answer; a document without an answer has none of its values right. */
export function judgeDocument(task: CompiledTask, gold: JudgedGold, line: ResultLine): DocumentJudgement {
  const isAnswered = line.status === 'ok';
  const answer = isAnswered ? sortLabels(task.output, line.answer) : undefined;
  const pairs = alignAnswers(task.output, gold.final, answer);
  const points = isAnswered ? pointsOf(line, pairs) : [];
  return {
    id: line.id,
    status: line.status,
    code: isAnswered ? undefined : line.error.code,
    exact: answer !== undefined && canonicalJson(answer) === canonicalJson(gold.final),
    pairs,
    wrong: findWrong(pairs),
    points,
    confidence: points.length === 0 ? undefined : Math.min(...points.map(({ confidence }) => confidence)),
    spans: pairs.flatMap((pair) => spansOf(pair, { task, gold, line })),
  };
}

/** Whether gold and answer say the same for a field. */
export function isRight({ gold, predicted }: AnswerPair): boolean {
  return gold !== undefined && predicted !== undefined && canonicalJson(gold.value) === canonicalJson(predicted.value);
}

/** A list whose items are all right is wrong by their order alone; else its items say what is wrong. */
function findWrong(pairs: readonly AnswerPair[]): Pointer[] {
  const wrong = pairs.filter((pair) => !isRight(pair));
  const placeOf = ({ gold, predicted, pointer }: AnswerPair): Pointer => (predicted ?? gold)?.pointer ?? pointer;
  return wrong
    .filter((pair) => {
      return pair.kind !== 'list' || !wrong.some((other) => other.pointer.startsWith(`${pair.pointer}/*`));
    })
    .map(placeOf);
}

/** Confidences stand at leaves, at the items of multi-label fields, at empty lists and at null objects. */
function pointsOf({ confidence }: OkLine, pairs: readonly AnswerPair[]): CalibrationPoint[] {
  const right = new Map(pairs.flatMap(judgePointers));
  return Object.entries(confidence).map(([pointer, value]) => {
    return { confidence: value, right: right.get(pointer) ?? false };
  });
}

function judgePointers(pair: AnswerPair): (readonly [Pointer, boolean])[] {
  const { gold, predicted } = pair;
  if (predicted === undefined) return [];
  const whole = [predicted.pointer, isRight(pair)] as const;
  if (pair.kind !== 'labels') return [whole];
  const labels = pair.predicted?.value ?? [];
  const wanted: readonly JsonValue[] = pair.gold?.value ?? [];
  return [
    whole,
    ...labels.map(
      (label, index) => [pointerTo(predicted.pointer, index), gold !== undefined && wanted.includes(label)] as const,
    ),
  ];
}

type SpanContext = { readonly task: CompiledTask; readonly gold: JudgedGold; readonly line: ResultLine };

/** Only where the text of the gold value can be found is it known what the right span is. */
function spansOf(pair: AnswerPair, { task, gold, line }: SpanContext): DocumentJudgement['spans'] {
  if (pair.kind !== 'leaf' || pair.field.type !== 'verbatim') return [];
  const given = pair.gold === undefined ? null : valueAt(gold.given, pair.gold.pointer);
  const isValue = typeof given === 'string' || typeof given === 'number';
  const places = isValue ? findPlaces(pair.field, given, { text: gold.text, locale: task.task.locale }) : [];
  const predicted = line.status === 'ok' ? spanAt(line, pair.predicted?.pointer) : undefined;
  const isKnown = isValue ? places.length > 0 : predicted !== undefined;
  return isKnown ? [{ pointer: pair.pointer, ...overlapSpans(places, predicted) }] : [];
}

function spanAt({ spans }: OkLine, pointer: Pointer | undefined): Span | undefined {
  return pointer === undefined ? undefined : spans?.[pointer];
}
