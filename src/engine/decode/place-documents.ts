import type { Token } from './token-context.ts';

/** How many slots a context has, and how many tokens each of them holds. */
export type SlotShape = { readonly slots: number; readonly slotTokens: number };

/** Documents that are answered in slots of one shape, in this order. */
export type PlacedDocuments<T> = {
  readonly shape: SlotShape;
  /** How many slots must be free before they are filled again. */
  readonly leastFree: number;
  readonly documents: readonly T[];
};

/** Contexts have a multiple of so many tokens for each slot. */
const STEP = 256;

/** Fewer slots than these are not worth a context of their own. */
const LEAST_SLOTS = 4;

/** The part of the documents that must fit into short slots. */
const MOST = 3 / 4;

/** The short slots that take the most memory which `placeShortly` could ask for; null where it never asks for any. */
export function largestShortSlots({ slots: most, slotTokens: longest }: SlotShape): SlotShape | null {
  let largest: SlotShape | null = null;
  for (let slotTokens = STEP; slotTokens <= longest; slotTokens += STEP) {
    const slots = shortSlots(most, longest, slotTokens);
    if (slots < LEAST_SLOTS) break;
    if (slots * slotTokens > (largest === null ? 0 : largest.slots * largest.slotTokens))
      largest = { slots, slotTokens };
  }
  return largest;
}

/** How many short slots have room in twice the tokens of a long one. */
function shortSlots(most: number, longest: number, slotTokens: number): number {
  return Math.min(most, Math.floor((2 * longest) / slotTokens));
}

/**
 * Places documents whose answers have few tokens, so that reading them is nearly all there is to do: many short slots
 * read several short documents at once, sorted by length so that neighbours are even, and ask about all of them
 * together. They are as short as three quarters of the documents allow, each of which needs `around` more tokens than its
 * own, and as many as have room in twice the tokens of a long slot, `most` at most. Longer documents, and all where short
 * slots would be fewer than four, go one after another through one long slot.
 */
export function placeShortly<T extends { readonly tokens: readonly Token[] }>(
  documents: readonly T[],
  around: number,
  { slots: most, slotTokens: longest }: SlotShape,
): PlacedDocuments<T>[] {
  const sorted = documents.toSorted((one, other) => one.tokens.length - other.tokens.length);
  const needed = around + (sorted[Math.ceil(sorted.length * MOST) - 1]?.tokens.length ?? 0);
  const slotTokens = Math.ceil(needed / STEP) * STEP;
  const slots = shortSlots(most, longest, slotTokens);
  const isShort = ({ tokens }: T): boolean => around + tokens.length <= slotTokens;
  const long = { shape: { slots: 1, slotTokens: longest }, leastFree: 1 };
  if (slotTokens > longest || slots < LEAST_SLOTS || sorted.length < LEAST_SLOTS) {
    return [{ ...long, documents }];
  }
  const short = { shape: { slots, slotTokens }, leastFree: Math.ceil(slots / 2) };
  return [
    { ...short, documents: sorted.filter(isShort) },
    { ...long, documents: documents.filter((document) => !isShort(document)) },
  ];
}
