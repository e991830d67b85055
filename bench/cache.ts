import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what is built once for the benchmarks is kept: the source and the programs of llama.cpp, models, documents. */
export function cachePath(...parts: readonly string[]): string {
  const root = process.env['DOCMILL_BENCH_CACHE'] ?? join(homedir(), '.cache', 'docmill', 'bench');
  return join(root, ...parts);
}
