import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toTable } from '../../src/cli/output.ts';
import { GROUPS, type Group } from './groups.ts';
import { type FileScore, readScores } from './scores.ts';

const USAGE = `Usage: npm run mutation -- [${Object.keys(GROUPS).join('|')}]…

Changes the committed sources of these modules, one small thing at a time, in a copy, and looks whether a test fails.
Prints the share that was noticed, by file, and each change that was not. All groups take hours.`;

const ROOT = join(import.meta.dirname, '..', '..');
/** Not a dependency: it brings 150 packages along, and nothing else needs them. */
const STRYKER = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1'];
const LEAST_SHARE = 0.9;

/** Exits 1 when less than nine tenths of a group's changes were noticed. */
async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => GROUPS[name] === undefined);
  if (unknown !== undefined) {
    say(USAGE);
    process.exitCode = unknown === '--help' ? 0 : 64;
    return;
  }
  const copy = await mkdtemp(join(tmpdir(), 'docmill-mutation-'));
  try {
    execFileSync('git', ['clone', '--quiet', ROOT, copy], { stdio: 'inherit' });
    await cp(join(ROOT, 'node_modules'), join(copy, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    execFileSync('npm', ['install', '--no-save', '--ignore-scripts', ...STRYKER], { cwd: copy, stdio: 'inherit' });
    for (const [name, group] of Object.entries(GROUPS)) {
      if (names.length === 0 || names.includes(name)) report(name, await mutate(copy, group));
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function mutate(copy: string, { mutate: files, tests, slow = {} }: Group): Promise<FileScore[]> {
  for (const [file, name] of Object.entries(slow)) {
    const path = join(copy, file);
    const text = await readFile(path, 'utf8');
    if (!text.includes(`test('${name}`)) throw new Error(`${file} has no test that begins with \`${name}\`.`);
    await writeFile(path, text.replace(`test('${name}`, `test.skip('${name}`));
  }
  const vitest = `export default { test: { include: ${JSON.stringify(tests)}, testTimeout: 200_000 } };\n`;
  await writeFile(join(copy, 'vitest.mutation.config.ts'), vitest);
  const config = {
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts' },
    plugins: ['@stryker-mutator/vitest-runner'],
    mutate: files,
    concurrency: 1,
    coverageAnalysis: 'perTest',
    // What runs when a module is loaded would be tried by loading everything anew, for each change.
    ignoreStatic: true,
    inPlace: true,
    reporters: ['json'],
    timeoutMS: 5_000,
  };
  await writeFile(join(copy, 'stryker.config.json'), JSON.stringify(config));
  const program = join(copy, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const { status } = spawnSync(process.execPath, [program, 'run'], { cwd: copy, stdio: 'inherit' });
  if (status !== 0) throw new Error(`Stryker ended with ${status}.`);
  return readScores(await readFile(join(copy, 'reports', 'mutation', 'mutation.json'), 'utf8'));
}

function report(name: string, scores: readonly FileScore[]): void {
  const sum = (of: (score: FileScore) => number): number => scores.reduce((total, score) => total + of(score), 0);
  const [noticed, all] = [sum((score) => score.noticed), sum((score) => score.all)];
  const rows = scores.map((score) => [score.file, `${score.noticed} of ${score.all}`, share(score.noticed, score.all)]);
  for (const line of toTable([...rows, [name, `${noticed} of ${all}`, share(noticed, all)]])) say(line);
  for (const { file, missed } of scores) for (const { line, change } of missed) say(`${file}:${line}: ${change}`);
  if (noticed < LEAST_SHARE * all) process.exitCode = 1;
}

function share(noticed: number, all: number): string {
  return all === 0 ? '-' : `${((100 * noticed) / all).toFixed(1)} %`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
