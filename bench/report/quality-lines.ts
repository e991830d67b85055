import { rateOf } from './figures.ts';
import { isCompared, type Result } from './report.ts';
import { percent, rate, table } from './table.ts';

/** Speed and quality of every side on documents whose right answers are known. */
export function qualityLines(results: readonly Result[]): string[] {
  return results.filter(isJudged).flatMap((result) => [
    `## Answers, \`${result.model}\` on ${result.says}`,
    table(
      [
        'side',
        'documents/s',
        'whole answers right',
        'answers that satisfy the schema',
        'copied values that are not in the document',
      ],
      Object.keys(result.sides)
        .sort()
        .map((side) => row(result, side)),
    ),
  ]);
}

function isJudged(result: Result): boolean {
  return isCompared(result) && Object.values(result.sides).some((rounds) => (rounds[0]?.exact ?? null) !== null);
}

/** Greedy answers are the same in every round. */
function row(result: Result, side: string): string[] {
  const first = result.sides[side]?.[0];
  if (first === undefined) return [side];
  return [
    side,
    rate(rateOf(result, side)),
    first.exact === null ? '' : percent(first.exact),
    percent(first.valid),
    String(first.ungrounded),
  ];
}
