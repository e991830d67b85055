import { z } from 'zod';
import type { Needs, Rates } from '../../src/bench/limit.ts';
import { median } from '../report/median.ts';
import { findProgram } from '../peers/build-llama-cpp.ts';
import { type Place, runPinned } from './pinned.ts';

/** Sequences that are decoded together, up to as many as the other sides have slots; the best rate counts. */
const BATCHES = [1, 8, 16];
const STEPS = 24;

const benchSchema = z.array(z.looseObject({ samples_ts: z.array(z.number()).min(1) })).length(1);
const batchedSchema = z.looseObject({ pl: z.int(), speed_tg: z.number() });

/** Measures both rates at the sizes of a workload, with llama-bench and llama-batched-bench, one thread. */
export async function measureRates(model: string, { prefix, read, steps }: Needs, place: Place): Promise<Rates> {
  const [bench, batched] = [findProgram('llama-bench'), findProgram('llama-batched-bench')];
  if (bench === undefined || batched === undefined) throw new Error('llama.cpp was not built');
  const common = ['-m', model, '-t', '1'];
  const prompt = ['-p', String(Math.round(read)), '-n', '0', '-d', String(Math.round(prefix))];
  const [result] = benchSchema.parse(
    JSON.parse(await runPinned(bench, [...common, ...prompt, '-r', '3', '-o', 'json'], place)),
  );
  const depth = Math.round(prefix + read);
  const batches = steps < 0.5 ? [1] : BATCHES;
  const context = Math.max(...batches) * (depth + STEPS);
  const sizes = [
    '-npp',
    String(depth),
    '-ntg',
    String(STEPS),
    '-npl',
    batches.join(','),
    '-c',
    String(context),
    '-pps',
  ];
  const lines = await runPinned(batched, [...common, ...sizes, '--output-format', 'jsonl'], place);
  const speeds = lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => batchedSchema.parse(JSON.parse(line)).speed_tg);
  return { prefill: median(result?.samples_ts ?? []), decode: Math.max(...speeds) };
}
