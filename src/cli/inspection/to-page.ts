import type { ResultLine } from '../../../schemas/result.ts';
import { renderPrompt } from '../../task/prompt.ts';
import { toReadable, toTerminal } from '../terminal-text.ts';
import { cutAtFields } from './cut-at-fields.ts';
import type { Piece } from './cut-at-spans.ts';
import { type InspectedField, inspectFields } from './inspect-fields.ts';
import type { Inspection } from './inspection.ts';
import { PAGE_STYLE } from './page-style.ts';

/**
 * An inspection as one HTML page that needs nothing else and runs nothing: no script, and a policy that allows none,
 * whatever the document holds.
 */
export function toPage(inspection: Inspection): string {
  const { file, task, model, answered } = inspection;
  const { line, text, results } = answered;
  const fields = line.status === 'ok' ? inspectFields(task.output, line, results) : [];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(file)} · docmill</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escape(file)}</h1>
<p>${describeStatus(line)}</p>
<p class="quiet">Task <code>${escape(task.task.name)}</code>, model <code>${escape(model)}</code>. ${describeTimes(inspection)}</p>
</header>
<main>
<div class="beside">
${text === null ? '' : textSection(text, fields)}
${fields.length === 0 ? '' : fieldSection(fields)}
</div>
${results.length === 0 ? '' : chunkSection(inspection)}
${text === null ? '' : promptSection(inspection, text)}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text between tags or within quotes, on one line; nothing of it can be markup or turn the direction of the rest. */
function escape(text: string): string {
  return escapeMarkup(toTerminal(text));
}

function escapeMarkup(text: string): string {
  return text.toWellFormed().replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function describeStatus(line: ResultLine): string {
  const flags = line.flags === undefined ? '' : ` Flags: ${line.flags.join(', ')}.`;
  if (line.status === 'ok') return `Answered.${flags}`;
  const { code, message } = line.error;
  return `<span class="bad">${line.status}: ${escape(code)}</span> ${escape(message)}${flags}`;
}

function describeTimes({ loadSeconds, answered: { seconds } }: Inspection): string {
  return `Answering took ${seconds.answer.toFixed(3)} s, reading and cutting ${seconds.prepare.toFixed(3)} s, loading the model ${loadSeconds.toFixed(3)} s.`;
}

function textSection(text: string, fields: readonly InspectedField[]): string {
  const { marked, pieces } = cutAtFields(text, fields);
  const shown = pieces.map((piece) => toMarkup(piece, marked)).join('');
  // The parser takes a line end behind the tag away.
  return `<section aria-labelledby="text"><h2 id="text">Text</h2><pre dir="auto">\n${shown}</pre></section>`;
}

/** A piece of the text; where spans end, the numbers of their fields lead to the table. */
function toMarkup(piece: Piece, marked: readonly InspectedField[]): string {
  const text = escapeMarkup(toReadable(piece.text));
  const innermost = marked[piece.inside.at(-1) ?? -1];
  if (innermost === undefined) return text;
  const numbers = piece.end.map((index) => toReference(marked[index])).join('');
  const ids = piece.begin.map((index) => `<span id="m${marked[index]?.mark}"></span>`).join('');
  return `<mark class="k${innermost.kind % 6}">${ids}${text}${numbers}</mark>`;
}

function toReference(field: InspectedField | undefined): string {
  if (field === undefined) return '';
  const { mark, pointer } = field;
  return `<a href="#f${mark}" aria-label="${escape(`field ${mark}, ${pointer}`)}">${mark}</a>`;
}

function fieldSection(fields: readonly InspectedField[]): string {
  const head = ['', 'Field', 'Value', 'Confidence', 'Runners-up'];
  const rows = fields.map(
    (field) => `<tr${field.mark === undefined ? '' : ` id="f${field.mark}"`}>
<td class="number">${markCell(field)}</td>
<th scope="row"><code>${escape(field.pointer)}</code></th>
<td><code>${escape(JSON.stringify(field.value))}</code>${placeOfValue(field)}</td>
<td class="number">${probabilityCell(field)}</td>
<td>${othersCell(field)}</td>
</tr>`,
  );
  return `<section aria-labelledby="fields"><h2 id="fields">Answer</h2>${toTable('Every value, with the numbers of its marks in the text', head, rows)}</section>`;
}

function toTable(caption: string, head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((name) => (name === '' ? '<td></td>' : `<th scope="col">${name}</th>`));
  return `<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr>${cells.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function markCell({ mark, kind, pointer }: InspectedField): string {
  if (mark === undefined) return '';
  return `<mark class="k${kind % 6}"><a href="#m${mark}" aria-label="${escape(`place of ${pointer} in the text`)}">${mark}</a></mark>`;
}

function probabilityCell({ confidence, pointer }: InspectedField): string {
  const shown = confidence.toFixed(4);
  return `<meter min="0" max="1" value="${confidence}" aria-label="${escape(`confidence of ${pointer}`)}">${shown}</meter> ${shown}`;
}

function othersCell({ runnersUp }: InspectedField): string {
  if (runnersUp.length === 0) return '';
  const others = runnersUp.map(({ text, probability }) => `<li>${escape(text)} ${probability.toFixed(4)}</li>`);
  return `<ol class="others">${others.join('')}</ol>`;
}

function placeOfValue({ span }: InspectedField): string {
  if (span === undefined) return '';
  const page = span.page === undefined ? '' : ` on page ${span.page}`;
  const source = span.text === undefined ? '' : ` from <code>${escape(JSON.stringify(span.text))}</code>`;
  return `<div class="quiet">at ${span.start}–${span.end}${page}${source}</div>`;
}

function chunkSection({ answered: { chunks, results } }: Inspection): string {
  const rows = results.map((result, index) => {
    const { start, end } = chunks[index] ?? { start: 0, end: 0 };
    const place = `<th scope="row">${index + 1}</th><td>${start}–${end}</td>`;
    if (result.status === 'failed') return `<tr>${place}<td colspan="4">${escape(result.failure.code)}</td></tr>`;
    const { prompt, cached, forced, chosen } = result.answer.tokens;
    return `<tr>${place}${[prompt, cached, forced, chosen].map((count) => `<td>${count}</td>`).join('')}</tr>`;
  });
  const head = ['Chunk', 'Characters', 'Prompt', 'Of it cached', 'Forced', 'Chosen'];
  return `<section aria-labelledby="chunks"><h2 id="chunks">Chunks and tokens</h2>${toTable('Tokens read and written for each chunk', head, rows)}</section>`;
}

function promptSection({ task, answered: { chunks } }: Inspection, text: string): string {
  const [first = { start: 0, end: text.length }] = chunks;
  const parts = renderPrompt(task, text.slice(first.start, first.end)).map((segment) =>
    'control' in segment ? `<b>${escape(segment.control)}</b>` : escapeMarkup(toReadable(segment.text)),
  );
  const which = chunks.length > 1 ? ' of the first chunk' : '';
  return `<section><details><summary>Prompt${which}, as the model gets it</summary><pre dir="auto">\n${parts.join('')}</pre></details></section>`;
}
