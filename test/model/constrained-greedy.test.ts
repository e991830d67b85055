import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerAutomaton } from '../../src/engine/answer/answer-automaton.ts';
import { fromBytes, stepAll } from '../../src/engine/answer/answer-state.ts';
import { prepareCopyText } from '../../src/engine/answer/copy-text.ts';
import { type LlamaParts, openLlamaEngine } from '../../src/engine/llama/open-llama-engine.ts';
import { openLlamaParts } from '../../src/engine/llama/open-llama-parts.ts';
import type { Token } from '../../src/engine/decode/token-context.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import type { CompiledTask } from '../../src/task/field.ts';
import { loadTask } from '../../src/task/load-task.ts';
import { type PromptSegment, promptFrame } from '../../src/task/prompt.ts';
import { first } from '../support/first.ts';

/** Below this a runner-up may win: by rounding, as free tokens are evaluated in other batches, or as a whole label. */
const SURE = 0.75;

function toTokens(segments: readonly PromptSegment[], parts: LlamaParts): Token[] {
  return segments.flatMap((segment) =>
    'text' in segment ? parts.tokenize(segment.text) : [parts.controls.get(segment.control) ?? -1],
  );
}

/** What the model writes when nothing holds it, as far as it is sure and a valid answer may begin like that. */
async function writeFreely(task: CompiledTask, text: string, parts: LlamaParts): Promise<string> {
  const { before, after } = promptFrame(task);
  const { context, prefix } = await parts.openSlots({ slots: 1, slotTokens: parts.settings.contextTokens });
  await prefix.hold(toTokens(before, parts), 1, new AbortController().signal);
  let next: readonly Token[] = [...parts.tokenize(text), ...toTokens(after, parts)];
  let state = answerAutomaton(task.output, prepareCopyText(text));
  let written = '';
  while (state.done === undefined) {
    const place = first(await context.evaluate([{ slot: 0, tokens: next, asks: true }]));
    const { token, logit, logTotal } = await place.highest();
    const bytes = parts.vocabulary.bytesOf(token) ?? '';
    const isSure = Math.exp(logit - logTotal) >= SURE;
    const after = bytes === '' || !isSure ? undefined : stepAll(state, bytes);
    if (after === undefined) {
      break;
    }
    written += bytes;
    state = after;
    next = [token];
  }
  return fromBytes(written);
}

test.each(['ticket', 'invoice'])(
  'the answer to a %s begins with what the model would write freely, as far as it is sure and may',
  async (name) => {
    await using parts = await openLlamaParts('models/demo.gguf');
    const task = compileTask(await loadTask(name));
    const engine = await openLlamaEngine(task, parts);
    const folder = `examples/${name}s`;
    const files = (await readdir(folder)).filter((file) => file.endsWith('.txt')).toSorted();
    const texts = await Promise.all(files.map(async (file) => readFile(join(folder, file), 'utf8')));
    const allFree: string[] = [];
    for (const text of texts) allFree.push(await writeFreely(task, text, parts));
    for (const [index, text] of texts.entries()) {
      const free = allFree[index] ?? '';
      expect(free.length).toBeGreaterThan(0);
      const [result] = await engine.answerAll([{ text }], new AbortController().signal);
      const answer = result?.status === 'answered' ? JSON.stringify(result.answer.value) : '';
      expect(answer.slice(0, free.length)).toBe(free);
    }
  },
);
