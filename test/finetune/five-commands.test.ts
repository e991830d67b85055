import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resultLineSchema } from '../../schemas/result.ts';
import { findPython } from '../support/find-python.ts';
import { createTemporaryFiles } from '../unit/documents/temporary-files.ts';

const root = join(import.meta.dirname, '../..');
const python = findPython() ?? '';
const LABELLED = 300;

/** The lines of a block of the page, without comments, by the word behind its language. */
function blockOf(page: string, title: string): string[] {
  const [, content = ''] = page.split(`\n\`\`\`sh ${title}\n`);
  const [block = ''] = content.split('\n```');
  return block.split('\n').map((line) => line.replace(/\s+#.*/, ''));
}

/** The programs that the page calls, as they are here. */
async function writePrograms(directory: string): Promise<string> {
  const programs = {
    docmill: `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(root, 'bin/docmill.js'))} "$@"`,
    pip: `exec ${JSON.stringify(python)} -m pip "$@"`,
    python: `exec ${JSON.stringify(python)} "$@"`,
  };
  await mkdir(join(directory, 'bin'));
  for (const [name, command] of Object.entries(programs)) {
    const path = join(directory, 'bin', name);
    await writeFile(path, `#!/bin/sh\n${command}\n`);
    await chmod(path, 0o755);
  }
  return join(directory, 'bin');
}

describe.skipIf(python === '')('docs/fine-tuning.md', () => {
  it('leads from 300 labelled documents to answers of workers in five commands', { timeout: 1_200_000 }, async () => {
    await using files = await createTemporaryFiles();
    const at = (name: string): string => join(files.directory, name);
    const page = await readFile(join(root, 'docs/fine-tuning.md'), 'utf8');
    const [variables, commands, judging] = [
      blockOf(page, 'variables'),
      blockOf(page, 'five commands'),
      blockOf(page, 'judge'),
    ];
    const path = `${await writePrograms(files.directory)}:${process.env['PATH']}`;
    // Absolute paths of this checkout, seen from a folder of its own.
    for (const name of ['finetune', 'models']) await symlink(join(root, name), at(name));
    await writeLabelled(files.directory);
    const changed = {
      GOLD: at('heldout-ticket.jsonl'),
      DOCUMENTS: join(root, 'examples/tickets'),
      MODEL: 'models/demo.gguf',
    };
    const settings = { ...changed, RATE: '1e-3', EPOCHS: '2' };
    const env = { ...process.env, PATH: path, OMP_NUM_THREADS: '1', ...settings };
    expect(variables.map((line) => line.split('=')[0])).toEqual(['TASK', ...Object.keys(settings)]);
    expect(commands).toHaveLength(5);

    const task = `TASK=${variables[0]?.split('=')[1]}`;
    for (const command of [...commands, ...judging]) {
      await promisify(execFile)('sh', ['-euc', `${task}; ${command}`], {
        cwd: files.directory,
        env,
        maxBuffer: 1 << 26,
      });
    }

    const results = (await readFile(await resultsOf(at('out')), 'utf8')).trimEnd().split('\n');
    const lines = results.map((line) => resultLineSchema.parse(JSON.parse(line)));
    expect(lines.filter(({ status }) => status === 'ok')).toHaveLength(lines.length);
    expect(lines.length).toBeGreaterThan(20);
    await expectDisjoint(at('train.jsonl'), at('train.held-out.gold.jsonl'));
  });
});

/** The made-up tickets that the demo model's scores are of: none of their wordings was trained. */
async function writeLabelled(directory: string): Promise<void> {
  const generate = join(root, 'finetune/demo/generate.py');
  await promisify(execFile)(python, [generate, '--out', directory, '--documents', '10', '--seed', '11']);
  const gold = await readFile(join(directory, 'heldout-ticket.jsonl'), 'utf8');
  expect(gold.trimEnd().split('\n')).toHaveLength(LABELLED);
}

async function resultsOf(out: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `ls ${out}/*/results.jsonl`]);
  return stdout.trim();
}

async function expectDisjoint(trainingPath: string, goldPath: string): Promise<void> {
  const [training, gold] = await Promise.all([trainingPath, goldPath].map((path) => readFile(path, 'utf8')));
  const idsOf = (content = ''): string[] => [...content.matchAll(/^\{"id":"([^"]+)"/gm)].map(([, id = '']) => id);
  const [learned, judged] = [idsOf(training), idsOf(gold)];
  expect(new Set([...learned, ...judged]).size).toBe(LABELLED);
  expect(learned.length + judged.length).toBe(LABELLED);
}
