import type { DocmillMeasurement } from './sides/docmill.ts';
import { type Needs, needsOf as meanNeeds } from '../src/bench/limit.ts';
import type { Prepared } from './sides/side.ts';

/** The workload with the lengths of docmill's answers, which sides that nothing holds are to write as well. */
export function withAnswerTokens(prepared: Prepared, { answerTokens }: DocmillMeasurement): Prepared {
  const documents = prepared.documents.map((document, index) => {
    return { ...document, answerTokens: answerTokens[index] ?? 0 };
  });
  return { ...prepared, documents };
}

/** What each document needs at the least, by docmill's own counts of what it had to read and to choose. */
export function needsOf({ before, after, documents }: Prepared, { answerTokens, chosen }: DocmillMeasurement): Needs {
  const counts = documents.map(({ tokens }, index) => {
    const own = chosen[index] ?? 0;
    return { read: tokens.length + after.length, forced: (answerTokens[index] ?? 0) - own, chosen: own };
  });
  return meanNeeds(before.length, counts);
}
