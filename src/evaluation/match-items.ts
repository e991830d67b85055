/** Two matched items by their index in each list. */
export type Match = { readonly gold: number; readonly predicted: number };

/**
 * The one-to-one matching with the greatest sum of similarities: every item of the shorter list gets a partner. The
 * Hungarian method with potentials, O(n²m); equal sums keep the order of the lists. `similarities[gold][predicted]`.
 */
export function matchItems(similarities: readonly (readonly number[])[]): Match[] {
  const goldCount = similarities.length;
  const predictedCount = similarities[0]?.length ?? 0;
  const at = (gold: number, predicted: number): number => similarities[gold]?.[predicted] ?? 0;
  const matches =
    goldCount <= predictedCount
      ? assign(goldCount, predictedCount, (row, column) => -at(row, column))
      : assign(predictedCount, goldCount, (row, column) => -at(column, row)).map(({ gold, predicted }) => {
          return { gold: predicted, predicted: gold };
        });
  return matches.toSorted((one, other) => one.gold - other.gold);
}

type Cost = (row: number, column: number) => number;

/** `rowOf[column]`: who has a column, 0 for nobody; rows and columns are counted from 1. */
type Search = {
  readonly cost: Cost;
  readonly rowOf: number[];
  readonly row: Float64Array;
  readonly column: Float64Array;
};

/** Assigns every row a column of its own with the least sum of costs. */
function assign(rows: number, columns: number, cost: Cost): Match[] {
  const rowOf = Array.from({ length: columns + 1 }, () => 0);
  const search = { cost, rowOf, row: new Float64Array(rows + 1), column: new Float64Array(columns + 1) };
  for (let row = 1; row <= rows; row += 1) {
    rowOf[0] = row;
    const { end, cameFrom } = findPath(search);
    for (let at = end; at !== 0;) {
      const from = cameFrom[at] ?? 0;
      rowOf[at] = rowOf[from] ?? 0;
      at = from;
    }
  }
  return rowOf.flatMap((row, column) => (column === 0 || row === 0 ? [] : [{ gold: row - 1, predicted: column - 1 }]));
}

/** The cheapest way from the row at column 0 to a free column, moving the potentials along. */
function findPath(search: Search): { end: number; cameFrom: number[] } {
  const { rowOf } = search;
  const slack = rowOf.map(() => Infinity);
  const cameFrom = rowOf.map(() => 0);
  const reached: number[] = [];
  const free = new Set(rowOf.keys());
  let column = 0;
  do {
    reached.push(column);
    free.delete(column);
    const next = relax(search, column, { slack, cameFrom, free });
    movePotentials(search, slack[next] ?? 0, { slack, reached, free });
    column = next;
  } while (rowOf[column] !== 0);
  return { end: column, cameFrom };
}

type Reach = { readonly slack: number[]; readonly cameFrom: number[]; readonly free: ReadonlySet<number> };

/** Looks at every free column from one that is reached; the nearest one, the first on ties. */
function relax({ cost, rowOf, row, column }: Search, from: number, { slack, cameFrom, free }: Reach): number {
  const own = rowOf[from] ?? 0;
  let nearest = 0;
  for (const other of free) {
    const reduced = cost(own - 1, other - 1) - (row[own] ?? 0) - (column[other] ?? 0);
    if (reduced < (slack[other] ?? 0)) {
      slack[other] = reduced;
      cameFrom[other] = from;
    }
    if (nearest === 0 || (slack[other] ?? 0) < (slack[nearest] ?? 0)) nearest = other;
  }
  return nearest;
}

function movePotentials(
  { rowOf, row, column }: Search,
  by: number,
  { slack, reached, free }: Omit<Reach, 'cameFrom'> & { readonly reached: readonly number[] },
): void {
  for (const other of reached) {
    const own = rowOf[other] ?? 0;
    row[own] = (row[own] ?? 0) + by;
    column[other] = (column[other] ?? 0) - by;
  }
  for (const other of free) slack[other] = (slack[other] ?? 0) - by;
}
