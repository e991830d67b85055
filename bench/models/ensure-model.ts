import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import { cachePath } from '../cache.ts';
import type { ModelName } from '../experiments.ts';
import { checkOutSource } from '../peers/build-llama-cpp.ts';

/** Path of a model of the benchmark, which is made first where it is not there: this wants Python with numpy and gguf. */
export function ensureModel(name: ModelName): string {
  const demo = join(packageRoot(), 'models', 'demo.gguf');
  if (name === 'demo') return demo;
  const path = cachePath('models', `${name}.gguf`);
  if (existsSync(path)) return path;
  const out = ['--out', cachePath('models')];
  const variant = name.replace(/^demo-/, '');
  if (variant !== name) python('requantize.py', [demo, ...out, variant]);
  else python('full_shape.py', ['--source', checkOutSource(), ...out, variant]);
  return path;
}

function python(script: string, parameters: readonly string[]): void {
  execFileSync(process.env['PYTHON'] ?? 'python3', [join(import.meta.dirname, script), ...parameters], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
}
