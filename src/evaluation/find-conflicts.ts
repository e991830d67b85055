import type { JsonObject } from '../../schemas/json.ts';
import { sha256Of } from '../sha256.ts';
import { canonicalJson } from '../task/canonical-json.ts';
import { normalizeText } from './is-held-out.ts';

/** A document whose text an earlier one has, with another answer: one of the two is wrong. */
export type Conflict = { readonly id: string; readonly earlier: string };

/** Compares each gold answer with that of the first document of the same text. */
export function createConflictFinder() {
  const seen = new Map<string, { readonly id: string; readonly answer: string }>();
  const conflicts: Conflict[] = [];
  return {
    conflicts: conflicts as readonly Conflict[],
    add: (id: string, text: string, answer: JsonObject): void => {
      const key = sha256Of(normalizeText(text));
      const own = sha256Of(normalizeText(canonicalJson(answer)));
      const first = seen.get(key);
      if (first === undefined) seen.set(key, { id, answer: own });
      else if (first.answer !== own) conflicts.push({ id, earlier: first.id });
    },
  };
}
