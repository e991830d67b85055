import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import { cachePath } from '../cache.ts';
import type { ModelName } from '../experiments.ts';
import { sha256Of } from '../../src/sha256.ts';
import { checkOutSource } from '../peers/build-llama-cpp.ts';

/** Path of a model of the benchmark, which is made first where it is not there: this wants Python with numpy and gguf. */
export function ensureModel(name: ModelName): string {
  const demo = join(packageRoot(), 'models', 'demo.gguf');
  if (name === 'demo') return demo;
  const variant = name.replace(/^demo-/, '');
  const isOfDemo = variant !== name;
  // A demo model that was trained anew must not be measured by the variants of the one before.
  const directory = isOfDemo ? cachePath('models', `demo-${sha256Of(readFileSync(demo)).slice(0, 12)}`) : cachePath('models');
  const path = join(directory, `${name}.gguf`);
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  const out = ['--out', directory];
  if (isOfDemo) python('requantize.py', [demo, ...out, variant]);
  else python('full_shape.py', ['--source', checkOutSource(), ...out, variant]);
  return path;
}

function python(script: string, parameters: readonly string[]): void {
  execFileSync(process.env['PYTHON'] ?? 'python3', [join(import.meta.dirname, script), ...parameters], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
}
