import type { Pointer } from '../../../schemas/json.ts';

/**
 * The confidence of a field: of a list the lowest one of what is in it; of a field inside an object that is null, the
 * object's. Undefined where nothing is known.
 */
export function leastConfidence(confidence: Readonly<Record<Pointer, number>>, pointer: Pointer): number | undefined {
  const inside = Object.entries(confidence).filter(([at]) => at === pointer || at.startsWith(`${pointer}/`));
  const known = inside.length > 0 ? inside : Object.entries(confidence).filter(([at]) => pointer.startsWith(`${at}/`));
  return known.length === 0 ? undefined : Math.min(...known.map(([, probability]) => probability));
}
