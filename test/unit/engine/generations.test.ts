import { expect, test } from 'vitest';
import { generateShard } from '../../generations/generate-shard.ts';

// The short form of `test/generations/main.ts --runs 1000000`.
test(
  'answers of any model under any schema parse, satisfy it and stay within its bound [M10] [M12]',
  { timeout: 60_000 },
  async () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      expect((await generateShard(seed)).problems).toEqual([]);
    }
  },
);
