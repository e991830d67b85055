import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../../src/errors.ts';

/** The Python with the packages of `requirements.txt`: `DOCMILL_PYTHON`, else `finetune/.venv`. */
export function pythonPath(): string {
  return process.env['DOCMILL_PYTHON'] ?? join(import.meta.dirname, '../../finetune/.venv/bin/python');
}

/** Throws `USAGE` unless there is a Python with the packages. */
export async function checkPython(): Promise<void> {
  await runPython(['-c', 'import gguf, sklearn, torch, trl'], { stderr: 'ignore' }).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    const advice = `\`${pythonPath()} -m pip install -r bench/quality/requirements.txt\``;
    throw new AppError('USAGE', `Python lacks packages; run ${advice}, or set DOCMILL_PYTHON to one that has them.`, {
      cause,
    });
  });
}

/** Runs a Python script to its end and resolves with its stdout; what it says on stderr goes there. */
export async function runPython(
  parameters: readonly string[],
  { stdin = '', stderr = 'inherit' }: { readonly stdin?: string; readonly stderr?: 'ignore' | 'inherit' } = {},
): Promise<string> {
  const python = pythonPath();
  const child = spawn(python, parameters, { stdio: ['pipe', 'pipe', stderr] });
  const ended = once(child, 'close').catch((cause: unknown) => {
    const advice = 'set DOCMILL_PYTHON to one that has bench/quality/requirements.txt';
    throw new AppError('USAGE', `Cannot start Python at \`${python}\`; ${advice}.`, { cause });
  });
  child.stdin.on('error', () => undefined).end(stdin);
  const [output] = await Promise.all([text(child.stdout), ended]);
  const code = child.exitCode ?? child.signalCode;
  if (code !== 0) throw new Error(`\`${parameters.join(' ')}\` ended with ${code}`);
  return output;
}
