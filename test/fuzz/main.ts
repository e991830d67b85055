// `npm run fuzz`: reads generated and mutated documents of all formats; exits 1 when one of them has no proper result.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/bench/random.ts';
import { toTable } from '../../src/cli/output.ts';
import type { ReadResult } from '../../src/documents/document.ts';
import { type Parser, openParser } from '../../src/documents/parse-apart/open-parser.ts';
import { readRecord } from '../../src/documents/read-record.ts';
import { toText } from '../../src/documents/to-text.ts';
import { type FuzzInput, type Kind, drawInput } from './draw-input.ts';
import { findFault } from './find-fault.ts';
import { type FuzzOptions, USAGE, readOptions } from './options.ts';

type Counts = Map<Kind, Map<string, number>>;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return say(USAGE);
  const options = readOptions(process.argv.slice(2));
  say(`Seed ${options.seed}.`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const startedMs = performance.now();
  const { inputs, counts, faults, slowest } = await fuzz(options, stop.signal);
  const seconds = (performance.now() - startedMs) / 1000;
  for (const line of toTable(toRows(counts))) say(line);
  say(
    `${inputs} inputs in ${seconds.toFixed(0)} s, the slowest ${(slowest.ms / 1000).toFixed(1)} s (input ${slowest.input})`,
  );
  for (const fault of faults) say(fault);
  say(`${inputs - faults.length} passed, ${faults.length} failed`);
  if (faults.length > 0) process.exitCode = 1;
}

async function fuzz({ seconds, count, seed, from }: FuzzOptions, signal: AbortSignal) {
  await using parser = openParser();
  const counts: Counts = new Map();
  const faults: string[] = [];
  let slowest = { ms: 0, input: from };
  const endMs = performance.now() + seconds * 1000;
  let number = from;
  for (; number < from + count && performance.now() < endMs && !signal.aborted; number += 1) {
    // Each input follows from seed and number alone, so that one of them can be had again.
    const input = drawInput(createRandom(seed * 1_000_003 + number));
    const startedMs = performance.now();
    const result = await readInput(input, parser);
    const ms = performance.now() - startedMs;
    if (ms > slowest.ms) slowest = { ms, input: number };
    const fault = result instanceof Error ? `it threw: ${result.message}` : findFault(result);
    if (fault !== null) faults.push(report(fault, number, seed, input));
    countOutcome(counts, input.kind, result);
  }
  return { inputs: number - from, counts, faults, slowest };
}

async function readInput({ kind, forced, bytes }: FuzzInput, parser: Parser): Promise<ReadResult | Error> {
  try {
    if (kind === 'record') return readRecord({ kind: 'jsonl', bytes }, { records: {}, keep: ['more', '__proto__'] });
    if (forced && kind !== 'text') return await parser.parse(kind, bytes);
    return await toText(bytes, parser);
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown', { cause: error });
  }
}

function report(fault: string, number: number, seed: number, { kind, bytes }: FuzzInput): string {
  const path = join(mkdtempSync(join(tmpdir(), 'docmill-fuzz-')), `${number}.${kind}`);
  writeFileSync(path, bytes);
  return `Input ${number} (${kind}): ${fault}; it is \`${path}\`, and again with \`--seed ${seed} --from ${number} --count 1\`.`;
}

function countOutcome(counts: Counts, kind: Kind, result: ReadResult | Error): void {
  const outcome = result instanceof Error ? 'thrown' : result.status === 'read' ? 'read' : result.error.code;
  const codes = counts.get(kind) ?? new Map<string, number>();
  counts.set(kind, codes.set(outcome, (codes.get(outcome) ?? 0) + 1));
}

function toRows(counts: Counts): string[][] {
  return [...counts].map(([kind, codes]) => {
    const outcomes = [...codes].sort(([, one], [, other]) => other - one).map(([code, count]) => `${code} ${count}`);
    return [kind, outcomes.join(', ')];
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
