/** The page, from 1, that holds a place of the text; `pageStarts` says where each page begins. */
export function findPage(pageStarts: readonly number[], place: number): number {
  const after = pageStarts.findIndex((start) => start > place);
  return after === -1 ? pageStarts.length : after;
}
