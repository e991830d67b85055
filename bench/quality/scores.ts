import { z } from 'zod';

/** What is shown of an evaluation, in the form of `docmill eval --json`. */
export const scoresSchema = z.object({
  documents: z.object({ total: z.number(), exact: z.number().nullable() }),
  fields: z.array(
    z.object({
      pointer: z.string(),
      accuracy: z.number().nullish(),
      macroF1: z.number().nullish(),
      exact: z.number().nullish(),
    }),
  ),
});
export type Scores = z.infer<typeof scoresSchema>;

/** Shares of 1 under the names of columns. */
export type Figures = Readonly<Record<string, number>>;

/** A figure of one field; 0 where the evaluation has none. */
export function figureOf({ fields }: Scores, pointer: string, name: 'accuracy' | 'macroF1' | 'exact'): number {
  return fields.find((field) => field.pointer === pointer)?.[name] ?? 0;
}
