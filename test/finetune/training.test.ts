import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findPython } from '../support/find-python.ts';
import { createTemporaryFiles } from '../unit/documents/temporary-files.ts';
import { declareChecks } from './python-checks.ts';

const python = findPython() ?? '';
const script = join(import.meta.dirname, '../../finetune/train.py');
const env = { ...process.env, OMP_NUM_THREADS: '1' };

async function runTraining(...args: readonly string[]) {
  const finished = promisify(execFile)(python, [script, ...args], { env });
  return finished.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe.skipIf(python === '')('what train.py reads', () => {
  declareChecks(python, 'check_reading');
});

describe.skipIf(python === '')('what train.py does', () => {
  declareChecks(python, 'check_training');
});

describe.skipIf(python === '')('train.py', () => {
  it('trains two steps on nothing but itself', async () => {
    const { code, stdout } = await runTraining('--smoke');
    expect(code).toBe(0);
    expect(stdout).toMatch(/smoke: 2 steps, losses \d/);
  });

  it.each<[string, number, RegExp, readonly string[]]>([
    ['no data', 64, /Expected `--data`/, ['--model', 'm', '--out', 'o']],
    [
      'a file that is not there',
      64,
      /Expected a file, got `missing\.jsonl`/,
      ['--model', 'm', '--data', 'missing.jsonl', '--out', 'o'],
    ],
    [
      'two starts',
      64,
      /one of `--model` and `--config`/,
      ['--model', 'm', '--config', 'tiny', '--data', script, '--out', 'o'],
    ],
    ['no vocabulary', 64, /Expected `--tokenizer`/, ['--config', 'tiny', '--data', script, '--out', 'o']],
    ['a wrong number', 64, /--epochs: expected a number above 0, got `-1`/, ['--epochs', '-1']],
    ['a patience below 0', 64, /--patience: expected a whole number from 0, got `-1`/, ['--patience', '-1']],
    ['a decay of weights that is none', 64, /--weight-decay: expected a number from 0/, ['--weight-decay', 'nan']],
    ['a seed that numpy cannot take', 64, /--seed: expected a whole number from 0/, ['--seed', '-1']],
    ['an unknown option', 64, /--unknown/, ['--unknown']],
    [
      'a folder that cannot be',
      73,
      /Cannot write to `\/proc\/x`/,
      ['--model', 'm', '--data', script, '--out', '/proc/x'],
    ],
    [
      'no model there',
      64,
      /Cannot open the model `\/missing`/,
      ['--model', '/missing', '--data', script, '--out', join(tmpdir(), 'o')],
    ],
  ])('says in one sentence what is wrong with %s', async (_, code, sentence, args) => {
    const finished = await runTraining(...args);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(sentence);
    expect(finished.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('names the broken line', async () => {
    await using files = await createTemporaryFiles();
    const at = (name: string): string => join(files.directory, name);
    await writeSmokeData(files.directory);
    await writeFile(at('broken.jsonl'), `${await readFile(at('train.jsonl'), 'utf8')}{"id":"last","prompt":[]}\n`);
    const finished = await runTraining(...tinyRun(at, 'broken.jsonl'));
    expect(finished.code).toBe(64);
    expect(finished.stderr).toMatch(/^Line 41 of `.*broken\.jsonl` .*`answer`/);
  });

  it('stopped by Ctrl-C, it leaves a checkpoint, and the same command goes on there', async () => {
    await using files = await createTemporaryFiles();
    const at = (name: string): string => join(files.directory, name);
    await writeSmokeData(files.directory);
    const args = [...tinyRun(at, 'train.jsonl'), '--held-out', '0.2', '--evaluations', '100', '--batch-tokens', '128'];
    const running = spawn(python, [script, ...args, '--steps', '400'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    await firstOutput(running, 'exact match');
    running.kill('SIGINT');
    expect(await once(running, 'exit')).toEqual([130, null]);
    const { ended, steps } = await readReport(at('run'));
    expect(ended).toBe('interrupted');
    await access(at(`run/checkpoint-${steps}/model.safetensors`));
    const { code, stderr } = await runTraining(...args, '--steps', String(steps + 2));
    expect(code).toBe(0);
    expect(stderr).toContain(`Going on at \`${at(`run/checkpoint-${steps}`)}\``);
    expect(await readReport(at('run'))).toEqual({ ended: 'budget used up', steps: steps + 2 });
  });
});

function tinyRun(at: (name: string) => string, data: string): string[] {
  return [
    '--config',
    'tiny',
    '--tokenizer',
    at('tokenizer.model'),
    '--data',
    at(data),
    '--out',
    at('run'),
    '--threads',
    '1',
  ];
}

async function writeSmokeData(directory: string): Promise<void> {
  const code =
    'import sys, pathlib, support, training.smoke as smoke; smoke.write_smoke_data(pathlib.Path(sys.argv[1]))';
  await promisify(execFile)(python, ['-c', code, directory], { env: { ...env, PYTHONPATH: import.meta.dirname } });
}

async function readReport(run: string): Promise<{ ended: string; steps: number }> {
  const content = await readFile(join(run, 'training.json'), 'utf8');
  return z.object({ ended: z.string(), steps: z.number() }).parse(JSON.parse(content));
}

/** Resolves when the process has written `text` to stderr, which is read on afterwards. */
async function firstOutput(running: ChildProcess, text: string): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    running.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(text)) resolve();
    });
    running.once('exit', () => reject(new Error(`It ended without \`${text}\`: ${output}`)));
  });
}
