/** The first of some things, where there is one. */
export function first<T>(all: readonly T[]): T {
  const [found] = all;
  if (found === undefined) {
    throw new Error('there is nothing');
  }
  return found;
}
