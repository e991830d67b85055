import type { Evaluation } from '../evaluation/evaluate.ts';
import type { FieldScores } from '../evaluation/field-scores.ts';
import type { Threshold } from '../evaluation/find-threshold.ts';
import { confusionLines, formatLabel } from './confusion-lines.ts';
import { formatCount, plural } from '../format.ts';
import { formatOutcomes } from './format.ts';
import { toTable } from './output.ts';
import { toTerminal } from './terminal-text.ts';

const NAME_WIDTH = 28;
const MOST_LABELS = 30;
const MOST_DOCUMENTS = 10;

/** An evaluation for people, in 80 columns. */
export function evaluationLines(evaluation: Evaluation): string[] {
  const { documents, micro, macro, fields } = evaluation;
  return [
    `${plural(documents.total, 'document')}: ${formatOutcomes(documents)}`,
    `exactly right: ${toPercent(documents.exact)} of the documents`,
    '',
    ...toTable([
      ['', 'EXACT', 'F1', 'PRECISION', 'RECALL'],
      ['micro', toFigure(micro.exact), toFigure(micro.f1), toFigure(micro.precision), toFigure(micro.recall)],
      ['macro', toFigure(macro.exact), toFigure(macro.f1)],
    ]),
    ...valueLines(fields),
    ...listLines(fields),
    ...fields.flatMap(labelLines),
    ...calibrationLines(evaluation),
    ...worstLines(evaluation),
  ];
}

function valueLines(fields: readonly FieldScores[]): string[] {
  const rows = fields.flatMap((field) => {
    if (field.kind !== 'value') return [];
    const { exact, normalized, f1, nulls, spans } = field;
    const figures = [exact, normalized, f1, spans?.f1 ?? null, nulls.precision, nulls.recall].map(toFigure);
    return [[shorten(field.pointer), ...figures, formatCount(field.pairs)]];
  });
  return table(['FIELD', 'EXACT', 'NORM', 'F1', 'SPAN', 'NULL-P', 'NULL-R', 'N'], rows);
}

function listLines(fields: readonly FieldScores[]): string[] {
  const rows = fields.flatMap((field) => {
    if (field.kind !== 'list') return [];
    const { items, exactItems, exact } = field;
    const figures = [exact, exactItems.f1, items.f1, items.precision, items.recall].map(toFigure);
    return [[shorten(field.pointer), ...figures, formatCount(field.lists)]];
  });
  return table(['LIST', 'EXACT', 'ITEM-EXACT', 'ITEM-F1', 'PREC', 'REC', 'N'], rows);
}

function labelLines(field: FieldScores): string[] {
  if (field.kind !== 'label' && field.kind !== 'labels') return [];
  const whole = field.kind === 'label' ? `accuracy ${toFigure(field.accuracy)}` : `exact sets ${toFigure(field.exact)}`;
  const rows = field.labels.map(({ label, precision, recall, f1, support }) => {
    return [shorten(formatLabel(label)), ...[precision, recall, f1].map(toFigure), formatCount(support)];
  });
  const more = rows.length > MOST_LABELS ? [`… and ${rows.length - MOST_LABELS} more, all with --json`] : [];
  return [
    '',
    `${toTerminal(field.pointer)}: ${whole}, macro-F1 ${toFigure(field.macroF1)}`,
    ...toTable([['LABEL', 'PREC', 'REC', 'F1', 'SUPPORT'], ...rows.slice(0, MOST_LABELS)]).map(indent),
    ...more.map(indent),
    ...(field.kind === 'label' ? confusionLines(field.confusion).map(indent) : []),
  ];
}

function calibrationLines({ calibration, thresholds }: Evaluation): string[] {
  const rows = calibration.bins
    .filter(({ count }) => count > 0)
    .map(({ from, to, count, confidence, accuracy }) => {
      return [`${from.toFixed(1)}-${to.toFixed(1)}`, formatCount(count), toFigure(confidence), toFigure(accuracy)];
    });
  const target = toPercent(thresholds.targetAccuracy);
  return [
    '',
    `calibration error (ECE): ${toFigure(calibration.error)} over ${plural(calibration.points, 'field')}`,
    ...toTable([['CONFIDENCE', 'FIELDS', 'MEAN', 'RIGHT'], ...rows]).map(indent),
    thresholdLine(target, 'fields', thresholds.fields),
    thresholdLine(target, 'documents', thresholds.documents),
  ];
}

function thresholdLine(target: string, noun: string, threshold: Threshold | null): string {
  if (threshold === null) return `${target} right: by no confidence of the ${noun}`;
  const { confidence, coverage } = threshold;
  return `${target} right: the ${noun} from confidence ${confidence.toFixed(4)} on, ${toPercent(coverage)} of all`;
}

function worstLines({ worst }: Evaluation): string[] {
  if (worst.length === 0) return [];
  const rows = worst
    .slice(0, MOST_DOCUMENTS)
    .map(({ id, code, right, values }) => [code ?? `${right}/${values} right`, toTerminal(id)]);
  const more = worst.length > MOST_DOCUMENTS ? [`… and ${worst.length - MOST_DOCUMENTS} more, all with --json`] : [];
  return ['', 'worst documents first:', ...toTable(rows).map(indent), ...more.map(indent)];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', ...toTable([header, ...rows])];
}

function toFigure(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function toPercent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}

/** The end of a long pointer says more than its beginning. */
function shorten(name: string): string {
  const shown = toTerminal(name);
  return shown.length <= NAME_WIDTH ? shown : `…${shown.slice(1 - NAME_WIDTH)}`;
}

function indent(line: string): string {
  return line === '' ? line : `  ${line}`;
}
