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
  const slots = Math.min(most, Math.floor((2 * longest) / slotTokens));
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
