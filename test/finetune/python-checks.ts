import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

const resultSchema = z.object({ check: z.string(), failure: z.string().nullable() });
const TIMEOUT_MS = 1_500_000;

/**
 * Declares each public function of a Python file as one test; its name is the sentence. They run in one process, because
 * importing torch takes longer than most of them.
 */
export function declareChecks(python: string, module: string): void {
  const source = readFileSync(join(import.meta.dirname, `${module}.py`), 'utf8');
  const checks = [...source.matchAll(/^def ([a-z]\w*)\(/gm)].map(([, name]) => name ?? '');
  const failures = new Map<string, string | null>();

  beforeAll(async () => {
    const script = join(import.meta.dirname, 'run_checks.py');
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    const { stdout } = await promisify(execFile)(python, [script, module], { env, maxBuffer: 1 << 26 });
    for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
      const { check, failure } = resultSchema.parse(JSON.parse(line));
      failures.set(check, failure);
    }
  }, TIMEOUT_MS);

  it.each(checks.map((check) => [check.replaceAll('_', ' '), check]))('%s', (_, check = '') => {
    expect(failures.get(check)).toBeNull();
  });
}
