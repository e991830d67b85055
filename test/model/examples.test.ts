import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonValueSchema } from '../../schemas/json.ts';
import { loadModel } from '../../src/engine/load-model.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import { loadTask } from '../../src/task/load-task.ts';
import { answerDocument } from '../../src/worker/answer-document.ts';

/**
 * The demo model's answers to the examples, as they were when the golden files were written (`GOLDEN=write npm test`).
 * A processor of another family adds in another order, so a near tie may fall the other way in a document or two; a
 * change of prompt, decoding or model changes many.
 */
const MOST_DIFFERENT = 2;

const goldenSchema = z.record(z.string(), jsonValueSchema);

/** What has to be right at least, of the documents of `examples/`: below, something is broken. */
const leastRight = { ticket: { category: 18 }, invoice: { invoiceNumber: 19, total: 18 } } as const;

test.for(['ticket', 'invoice'] as const)('the demo model answers the %s examples as it did', async (name) => {
  const answers = await answerExamples(name);
  const file = join(import.meta.dirname, 'golden', `${name}.json`);
  if (process.env['GOLDEN'] === 'write') await writeFile(file, `${JSON.stringify(answers, null, 1)}\n`);
  const golden = goldenSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  expect(Object.keys(answers)).toEqual(Object.keys(golden));
  const different = Object.keys(golden).filter((id) => JSON.stringify(answers[id]) !== JSON.stringify(golden[id]));
  // Named when there are too many.
  expect(different.length > MOST_DIFFERENT ? different : []).toEqual([]);
});

test.for(['ticket', 'invoice'] as const)('the demo model is right often enough on the %s examples', async (name) => {
  const answers = await answerExamples(name);
  const gold = await readGold(name);
  const rightOf = (field: string): number =>
    Object.entries(gold).filter(([id, answer]) => memberOf(answers[id], field) === memberOf(answer, field)).length;
  const tooFew = Object.entries(leastRight[name]).filter(([field, least]) => rightOf(field) < least);
  expect(tooFew).toEqual([]);
});

/** The answer to every example, or the code of its error, by id. */
async function answerExamples(name: string): Promise<Record<string, unknown>> {
  await using model = await loadModel('models/demo.gguf');
  const task = compileTask(await loadTask(name));
  const directory = `examples/${name}s`;
  const answers: Record<string, unknown> = {};
  for (const id of (await readdir(directory)).sort()) {
    const { line } = await answerDocument(join(directory, id), {
      id,
      task,
      model,
      signal: new AbortController().signal,
    });
    answers[id] = line.status === 'ok' ? line.answer : line.error.code;
  }
  return answers;
}

async function readGold(name: string): Promise<Record<string, unknown>> {
  const lines = (await readFile(`examples/${name}s.gold.jsonl`, 'utf8')).trim().split('\n');
  const rows = lines.map((line) => z.object({ id: z.string(), gold: z.unknown() }).parse(JSON.parse(line)));
  return Object.fromEntries(rows.map(({ id, gold }) => [id, gold]));
}

function memberOf(answer: unknown, field: string): unknown {
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, field) : undefined;
}
