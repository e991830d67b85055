import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../../src/package-root.ts';
import { createWorkplace, ledgerOf } from '../support/workplace.ts';

const EXAMPLES = join(packageRoot(), 'examples', 'tickets');
const MODEL = join(packageRoot(), 'models', 'demo.gguf');
const ASK = ['--task', 'ticket', '--model', MODEL];

const lineSchema = z.object({ id: z.string(), answer: z.unknown(), labels: z.unknown().optional() });

test('a run keeps the label probabilities that it was begun with, and inspect shows all of them', async () => {
  const place = await createWorkplace({});
  onTestFinished(() => place.close());
  const run = ['run', '--input', EXAMPLES, '--limit', '3', '--workers', '1', ...ASK];
  const brief = { DOCMILL_LABEL_PROBABILITIES: 'answer' };
  const linesOf = async (name: string) => {
    const lines = (await ledgerOf(place, name).results()).trim().split('\n');
    return lines.map((line) => lineSchema.parse(JSON.parse(line)));
  };
  expect(await place.docmill([...run, '--run', 'usual'])).toMatchObject({ code: 0 });
  expect(await place.docmill([...run, '--run', 'brief'], brief)).toMatchObject({ code: 0 });
  const [usual, short] = [await linesOf('usual'), await linesOf('brief')];
  expect(short.map(({ id, answer }) => ({ id, answer }))).toEqual(usual.map(({ id, answer }) => ({ id, answer })));
  expect(usual.every(({ labels }) => labels !== undefined)).toBe(true);
  expect(short.every(({ labels }) => labels === undefined)).toBe(true);
  // The same name and another setting would mix two kinds of lines.
  const other = await place.docmill([...run, '--run', 'brief']);
  expect(other.code).not.toBe(0);
  expect(other.stderr).toContain('the engine settings');
  const inspected = await place.docmill(['inspect', join(EXAMPLES, short[0]?.id ?? ''), ...ASK, '--json'], brief);
  const { line } = z.object({ line: lineSchema }).parse(JSON.parse(inspected.stdout));
  expect(line.answer).toEqual(usual[0]?.answer);
  expect(Object.keys(z.object({}).loose().parse(line.labels))).toEqual(['/category', '/urgency', '/sentiment']);
});
