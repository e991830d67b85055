import type { ChunkResult } from '../../../schemas/answer.ts';
import { toTable } from '../output.ts';

/** What the schema did to the values that are no labels, chunk by chunk. */
export function explanationLines(results: readonly ChunkResult[]): string[] {
  return results.flatMap((result, index) => {
    const explanations = Object.entries((result.status === 'answered' && result.answer.explanations) || {});
    if (explanations.length === 0) return [];
    const rows = explanations.map(([pointer, { mean, least, removed }]) => [
      pointer,
      mean.toFixed(4),
      least.toFixed(4),
      removed.toFixed(4),
    ]);
    const chunk = results.length === 1 ? '' : ` in chunk ${index + 1}`;
    return ['', ...toTable([[`under the schema${chunk}`, 'mean', 'least', 'most removed'], ...rows])];
  });
}
