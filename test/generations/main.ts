import { parseArgs } from 'node:util';
import { generateShard } from './generate-shard.ts';

const USAGE = `Answers random texts under random schemas with a model of random opinions, and checks every answer.

  node test/generations/main.ts --runs 1000000                   all of them, one after the other
  node test/generations/main.ts --runs 1000000 --shard 2/4       the second quarter, for one of four cores
  node test/generations/main.ts --runs 16 --seed 4711            the one that failed

  --runs N     answers to generate (default 10000)
  --seed N     where to begin (default 1)
  --shard I/N  every Nth schema, beginning with the Ith
`;

/** Prints what was wrong with any answer, and exits 1 then. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      shard: { type: 'string', default: '1/1' },
      help: { type: 'boolean', default: false },
    },
  });
  const [part = NaN, parts = NaN] = values.shard.split('/').map(Number);
  const runs = Number(values.runs);
  const first = Number(values.seed);
  if (values.help || ![part, parts, runs, first].every(Number.isSafeInteger) || part < 1 || part > parts) {
    process.stdout.write(USAGE);
    process.exitCode = values.help ? 0 : 64;
    return;
  }
  let generations = 0;
  let failed = 0;
  for (let seed = first + part - 1; generations < runs / parts; seed += parts) {
    const shard = await generateShard(seed);
    for (const problem of shard.problems) {
      process.stdout.write(`${problem}\n`);
    }
    failed += shard.problems.length;
    const before = generations;
    generations += shard.generations;
    if (Math.floor(generations / 10_000) > Math.floor(before / 10_000)) {
      process.stderr.write(`${generations} answers, ${failed} wrong, seed ${seed}\n`);
    }
  }
  process.stdout.write(`${generations - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
