import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PACKAGES = [
  'accelerate',
  'datasets',
  'gguf',
  'matplotlib',
  'peft',
  'sentencepiece',
  'torch',
  'transformers',
  'trl',
];

/**
 * The Python that has the packages of `finetune/requirements.txt`: `DOCMILL_PYTHON`, else `finetune/.venv`. Undefined
 * where there is none, and the tests that need it are skipped.
 */
export function findPython(): string | undefined {
  const python = process.env['DOCMILL_PYTHON'] ?? join(import.meta.dirname, '../../finetune/.venv/bin/python');
  // Looked for, not imported: that would take many seconds.
  const code = `import importlib.util as found, sys; sys.exit(any(found.find_spec(name) is None for name in sys.argv[1:]))`;
  const { status } = spawnSync(python, ['-c', code, ...PACKAGES], { timeout: 60_000 });
  return status === 0 ? python : undefined;
}
