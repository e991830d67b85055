import { styleText } from 'node:util';
import type { ChunkResult } from '../../../schemas/answer.ts';
import { formatCount } from '../../format.ts';
import { toTable } from '../output.ts';
import { toReadable, toTerminal } from '../terminal-text.ts';
import { cutAtFields } from './cut-at-fields.ts';
import type { Piece } from './cut-at-spans.ts';
import { type InspectedField, inspectFields } from './inspect-fields.ts';
import type { Inspection } from './inspection.ts';

type Look = {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether spans are shown by colours; else by brackets with the number of the field. */
  readonly coloured: boolean;
};

/** An inspection for a terminal: the text with its spans, the fields, the chunks, the times. */
export function toLines(inspection: Inspection, look: Look): string[] {
  const { file, task, model, answered } = inspection;
  const { line, text, results } = answered;
  const fields = line.status === 'ok' ? inspectFields(task.output, line, results) : [];
  const head = `${file}: ${line.status === 'ok' ? 'ok' : `${line.status}, ${line.error.code}`}`;
  const flags = line.flags === undefined ? '' : `, flags: ${line.flags.join(', ')}`;
  return [
    paint(look, 'bold', toTerminal(head)),
    toTerminal(`task ${task.task.name}, model ${model}${flags}`),
    '',
    ...(line.status === 'ok' ? [] : [toTerminal(line.error.message), '']),
    ...(text === null ? [] : [...textLines(text, fields, look), '']),
    ...fieldLines(fields, look),
    ...(fields.length === 0 ? [] : ['']),
    ...chunkLines(inspection),
    timeLine(inspection),
  ];
}

/** Background colours, which are told apart without red and green as well. */
const STYLES = ['bgCyan', 'bgYellow', 'bgMagenta', 'bgBlue', 'bgGreen', 'bgWhite'] as const;

function paint({ coloured }: Look, style: Parameters<typeof styleText>[0], text: string): string {
  return coloured ? styleText(style, text, { validateStream: false }) : text;
}

function paintField(look: Look, { kind }: InspectedField, text: string): string {
  return paint(look, ['black', STYLES[kind % STYLES.length] ?? 'bgCyan'], text);
}

function textLines(text: string, fields: readonly InspectedField[], look: Look): string[] {
  const { marked, pieces } = cutAtFields(text, fields);
  const shown = pieces.map((piece, index) => {
    const innermost = marked[piece.inside.at(-1) ?? -1];
    if (innermost === undefined) {
      return toReadable(shorten(piece.text, index === 0));
    }
    const safe = toTerminal(piece.text);
    return look.coloured ? paintField(look, innermost, safe) : inBrackets(piece, safe, marked);
  });
  return shown.join('').replace(/\n+$/, '').split('\n');
}

function inBrackets({ begin, end }: Piece, text: string, marked: readonly InspectedField[]): string {
  const opening = begin.map((index) => `[${marked[index]?.mark} `).join('');
  return `${opening}${text}${']'.repeat(end.length)}`;
}

const KEPT = 600;

/** What stands far from any span is left out of a terminal; cuts are at line ends where there are some. */
function shorten(text: string, isFirst: boolean): string {
  const [from, to] = [isFirst ? 2 * KEPT : KEPT, text.length - KEPT];
  if (to - from < KEPT) return text;
  const lineEnd = text.lastIndexOf('\n', from);
  const start = lineEnd > 0 ? lineEnd : from;
  const nextLine = text.indexOf('\n', to);
  const stop = nextLine === -1 ? to : nextLine + 1;
  return `${text.slice(0, start)}\n… ${formatCount(stop - start)} characters …\n${text.slice(stop)}`.toWellFormed();
}

const LONGEST_POINTER = 30;
/** A narrower terminal wraps. */
const LEAST_ROOM = 20;

function fieldLines(fields: readonly InspectedField[], look: Look): string[] {
  const pointers = Math.min(LONGEST_POINTER, longest(fields.map(({ pointer }) => pointer)));
  const marks = look.coloured ? 0 : longest(fields.map(({ mark = '' }) => String(mark)));
  return fields.flatMap((field) => {
    const { pointer, mark, confidence, value } = field;
    const name = cut(toTerminal(pointer), pointers).padEnd(pointers);
    const label = mark !== undefined && look.coloured ? paintField(look, field, name) : name;
    const number = marks === 0 ? '' : `${String(mark ?? '').padStart(marks)} `;
    const known = `${number}${label}  ${confidence.toFixed(4)}  `;
    const indent = number.length + name.length + 10;
    const [shown = '', ...more] = pack([toTerminal(JSON.stringify(value)), ...details(field)], look.width - indent);
    return [`${known}${shown}`, ...more.map((text) => paint(look, 'dim', `${' '.repeat(indent)}${text}`))];
  });
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

function details({ span, runnersUp }: InspectedField): string[] {
  const place = span === undefined ? [] : [`at ${span.start}-${span.end}`];
  if (span?.page !== undefined) place.push(`on page ${span.page}`);
  if (span?.text !== undefined) place.push(`from ${toTerminal(JSON.stringify(span.text))}`);
  const others = runnersUp.map(({ text, probability }) => `${toTerminal(text)} ${probability.toFixed(4)}`);
  return [place.join(' '), others.length === 0 ? '' : `not ${others.join(', ')}`].filter((part) => part !== '');
}

/** Puts the parts on as few lines as they fit, each line at most as wide as the room. */
function pack(parts: readonly string[], width: number): string[] {
  const room = Math.max(LEAST_ROOM, width);
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + part.length <= room) lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(cut(part, room));
  }
  return lines;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`.toWellFormed();
}

function chunkLines({ answered: { chunks, results } }: Inspection): string[] {
  const head = ['chunk', 'place', 'prompt', 'cached', 'forced', 'chosen'];
  const rows = results.map((result, index) => {
    const { start = 0, end = 0 } = chunks[index] ?? {};
    return [String(index + 1), `${start}-${end}`, ...tokenCells(result)];
  });
  return rows.length === 0 ? [] : toTable([head, ...rows]);
}

function tokenCells(result: ChunkResult): string[] {
  if (result.status === 'failed') return [result.failure.code];
  const { prompt, cached, forced, chosen } = result.answer.tokens;
  return [prompt, cached, forced, chosen].map(String);
}

function timeLine({ loadSeconds, answered: { seconds } }: Inspection): string {
  const times = [
    ['answering', seconds.answer],
    ['reading and cutting', seconds.prepare],
    ['loading the model', loadSeconds],
  ] as const;
  return times.map(([what, time]) => `${what} ${time.toFixed(3)} s`).join(', ');
}
