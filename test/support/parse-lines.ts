import { type ResultLine, resultLineSchema } from '../../schemas/result.ts';

/** The lines of a results file, each proven to be one. */
export function parseLines(text: string): ResultLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => resultLineSchema.parse(JSON.parse(line)));
}
