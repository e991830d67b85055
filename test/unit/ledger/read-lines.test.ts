import fc from 'fast-check';
import { open } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readLines } from '../../../src/ledger/read-lines.ts';
import { createFastFiles } from '../../support/fast-files.ts';

async function readAll(text: string): Promise<string[]> {
  await using files = await createFastFiles();
  await using file = await open(await files.write('lines', text), 'r');
  const lines: string[] = [];
  for await (const line of readLines(file.createReadStream())) lines.push(line.toString());
  return lines;
}

describe('the lines of a file', () => {
  test('end at line feeds and nowhere else [F5]', async () => {
    const unit = fc.constantFrom('a', 'é', '\r', '\u2028', '\u2029', '\u0085', '\f', '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(unit).map((units) => units.join(''))), async (lines) => {
        expect(await readAll(lines.map((line) => `${line}\n`).join(''))).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  test('may be longer than what is read at once, and the last one may be torn', async () => {
    const long = 'x'.repeat(2_500_000);
    expect(await readAll(`${long}\n\n${long}`)).toEqual([long, '', long]);
  });
});
