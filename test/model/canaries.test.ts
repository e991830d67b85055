import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeModel } from '../../src/engine/describe-model.ts';
import { loadModel } from '../../src/engine/load-model.ts';
import { isAppError } from '../../src/errors.ts';
import { tensorsOf } from '../support/split-gguf.ts';
import { runCommand } from '../support/run-command.ts';
import { createTemporaryFiles } from '../unit/documents/temporary-files.ts';

const MODEL = 'models/demo.gguf';
const canariesSchema = z.object({
  version: z.number(),
  canaries: z.array(z.object({ tokens: z.array(z.number()), places: z.array(z.looseObject({ at: z.number() })) })),
});
type Canaries = z.infer<typeof canariesSchema>;

const CHANGED = /does not continue \d of its 5 canaries as it did when it was exported/;
const OF_ANOTHER = /canaries of another vocabulary/;

/** Why a model is not loaded. */
async function refusalOf(path: string): Promise<string> {
  const [loaded] = await Promise.allSettled([loadModel(path)]);
  const error: unknown = loaded.status === 'rejected' ? loaded.reason : undefined;
  if (!isAppError(error, 'MODEL_INVALID')) throw new Error('the model was not refused', { cause: error });
  expect(error.exitCode).toBe(78);
  return error.message;
}

/** The demo model's canaries, or others of the same length in its file. */
function canariesOf(file: Buffer): { readonly start: number; readonly length: number; readonly canaries: Canaries } {
  const start = file.indexOf('{"version":1,"canaries"');
  const length = Number(file.readBigUInt64LE(start - 8));
  const text = file.toString('utf8', start, start + length);
  return { start, length, canaries: canariesSchema.parse(JSON.parse(text)) };
}

/** The file with changed canaries; JSON may end in blanks, so that the header stays as long as it is. */
function withCanaries(file: Buffer, change: (canaries: Canaries) => unknown): Buffer {
  const { start, length, canaries } = canariesOf(file);
  const changed = Buffer.from(file);
  changed.write(JSON.stringify(change(canaries)).padEnd(length).slice(0, length), start);
  return changed;
}

test('the demo model has canaries of both its tasks, and says that it continues them as it did', async () => {
  expect(await describeModel(MODEL)).toMatchObject({ canaries: 5, problem: null });
  expect((await runCommand('models', 'check', MODEL)).stdout).toMatch(/canaries +5, all as exported/);
});

test.each(['blk.0.ffn_down.weight', 'blk.3.attn_v.weight', 'blk.5.ffn_up.weight'])(
  'a model in which half of `%s` is zero is refused',
  async (name) => {
    await using files = await createTemporaryFiles();
    const file = await readFile(MODEL);
    const { offset = 0, bytes = 0 } = tensorsOf(file).find((tensor) => tensor.name === name) ?? {};
    file.fill(0, offset, offset + bytes / 2);
    const path = await files.write('damaged.gguf', file);
    expect(await refusalOf(path)).toMatch(CHANGED);
    const { code, stdout } = await runCommand('models', 'check', path, '--json');
    expect(code).toBe(78);
    expect(JSON.parse(stdout)).toMatchObject({ canaries: 5, usable: false });
  },
);

test('a model with the canaries of another one is refused', async () => {
  await using files = await createTemporaryFiles();
  const swapped = withCanaries(await readFile(MODEL), ({ version, canaries }) => ({
    version,
    // Each should answer at its last place what another one says at its own.
    canaries: canaries.map(({ tokens, places }) => {
      const own = tokens.at(-1) ?? 0;
      const other = canaries.map((one) => one.tokens.at(-1) ?? 0).find((token) => token !== own) ?? 0;
      return { tokens: [...tokens.slice(0, -1), other], places: [{ ...places.at(-1), rival: own }] };
    }),
  }));
  expect(await refusalOf(await files.write('swapped.gguf', swapped))).toMatch(CHANGED);
});

test('canaries that cannot be read, or are of another vocabulary, are refused before the native library sees them', async () => {
  await using files = await createTemporaryFiles();
  const file = await readFile(MODEL);
  const unreadable = await files.write(
    'unreadable.gguf',
    withCanaries(file, () => ({ version: 2 })),
  );
  expect(await refusalOf(unreadable)).toMatch(/has canaries that cannot be read/);
  const { canaries, problem } = await describeModel(unreadable);
  expect({ canaries, problem }).toEqual({ canaries: 0, problem: await refusalOf(unreadable) });
  const place = { at: 2, rival: 7, margin: 3 };
  const other = withCanaries(file, ({ version }) => ({
    version,
    canaries: [{ tokens: [2, 4096, 5], places: [place] }],
  }));
  expect(await refusalOf(await files.write('other.gguf', other))).toMatch(OF_ANOTHER);
  const rival = withCanaries(file, ({ version }) => ({
    version,
    canaries: [{ tokens: [2, 4, 5], places: [{ ...place, rival: 4096 }] }],
  }));
  expect(await refusalOf(await files.write('rival.gguf', rival))).toMatch(OF_ANOTHER);
});

test('a model without canaries loads as ever', async () => {
  await using files = await createTemporaryFiles();
  const file = await readFile(MODEL);
  file.write('docmill.unknown', file.indexOf('docmill.canaries'));
  const path = await files.write('none.gguf', file);
  await (await loadModel(path))[Symbol.asyncDispose]();
  expect((await runCommand('models', 'check', path)).stdout).toMatch(/canaries +none\n/);
});
