import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { AppError } from '../../src/errors.ts';

/** The rows of a JSON Lines file of public data; throws `NO_INPUT` where there is no such file. */
export async function readRows<Row>(path: string, schema: z.ZodType<Row>): Promise<Row[]> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    const advice = 'set DOCMILL_TEST_DATA to the folder that has the public data sets';
    throw new AppError('NO_INPUT', `Cannot read \`${path}\`; ${advice}.`, { cause });
  });
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => schema.parse(JSON.parse(line)));
}
