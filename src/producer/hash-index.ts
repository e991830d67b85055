import type { Sha256 } from '../../schemas/ids.ts';

/** A map from hashes to whole numbers for sets of any size. */
export type HashIndex = {
  get(hash: Sha256): number | undefined;
  /** A hash that is there already keeps its first number. */
  add(hash: Sha256, value: number): void;
};

/**
 * An open-addressed table with 24 bytes a slot, at most three quarters of them used: 32 to 64 bytes for each hash, or 32
 * where their number is known beforehand, where a `Map` takes some two hundred. It holds 128 bits of each hash, so two
 * contents are taken for one only if somebody finds a collision of those.
 */
export function createHashIndex(expected = 0): HashIndex {
  let table = createTable(2 ** Math.ceil(Math.log2(Math.max(1024, expected / MOST_USED))));
  return {
    get: (hash) => {
      const value = table.values[findSlot(table, toWords(hash))];
      return value === undefined || value === EMPTY ? undefined : value - 1;
    },
    add: (hash, value) => {
      if (table.used + 1 > table.values.length * MOST_USED) table = grow(table);
      insert(table, toWords(hash), value + 1);
    },
  };
}

const MOST_USED = 0.75;
const WORDS = 4;
/** Numbers are held increased by one, so that new memory is an empty table. */
const EMPTY = 0;

type Words = readonly [number, number, number, number];
type Table = { readonly keys: Uint32Array; readonly values: Float64Array; used: number };

function createTable(slots: number): Table {
  return { keys: new Uint32Array(slots * WORDS), values: new Float64Array(slots), used: 0 };
}

function toWords(hash: Sha256): Words {
  return [wordAt(hash, 0), wordAt(hash, 1), wordAt(hash, 2), wordAt(hash, 3)];
}

function wordAt(hash: Sha256, index: number): number {
  return Number.parseInt(hash.slice(8 * index, 8 * index + 8), 16);
}

/** The slot of a hash, or the empty one where it belongs. */
function findSlot({ keys, values }: Table, [one, two, three, four]: Words): number {
  const mask = values.length - 1;
  for (let slot = one & mask; ; slot = (slot + 1) & mask) {
    if (values[slot] === EMPTY) return slot;
    const at = slot * WORDS;
    if (keys[at] === one && keys[at + 1] === two && keys[at + 2] === three && keys[at + 3] === four) return slot;
  }
}

function insert(table: Table, words: Words, value: number): void {
  const slot = findSlot(table, words);
  if (table.values[slot] !== EMPTY) return;
  table.keys.set(words, slot * WORDS);
  table.values[slot] = value;
  table.used += 1;
}

function grow(table: Table): Table {
  const larger = createTable(table.values.length * 2);
  for (const [slot, value] of table.values.entries()) {
    if (value === EMPTY) continue;
    const [one = 0, two = 0, three = 0, four = 0] = table.keys.subarray(slot * WORDS, (slot + 1) * WORDS);
    insert(larger, [one, two, three, four], value);
  }
  return larger;
}
