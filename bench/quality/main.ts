// `npm run bench:quality`: the demo model, fine-tuned on public data, beside a baseline and published scores.
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reportError } from '../../src/cli/report-error.ts';
import { AppError } from '../../src/errors.ts';
import { hashFile } from '../../src/ledger/hash-file.ts';
import { describeMachine } from '../machine.ts';
import { pinnableCore } from '../sides/pinned.ts';
import { banking77 } from './banking77.ts';
import { type Comparison, compareOn } from './compare.ts';
import { type Options, readOptions } from './options.ts';
import { checkPython } from './run-python.ts';
import { receipts } from './receipts/receipts.ts';
import { type QualityReport, toPage } from './to-page.ts';

const dataSets = [banking77, receipts];

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
try {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) await compareAll(options, stopped.signal);
} catch (error) {
  process.exitCode = stopped.signal.aborted ? 130 : reportError(error, false);
}

async function compareAll(options: Options, signal: AbortSignal): Promise<void> {
  const chosen = chooseDataSets(options.dataSets);
  const data = process.env['DOCMILL_TEST_DATA'];
  if (data === undefined) {
    throw new AppError('NO_INPUT', 'Set DOCMILL_TEST_DATA to the folder that has the public data sets.');
  }
  await checkPython();
  const place = { core: pinnableCore(options.core), signal };
  const start = { name: basename(options.start), sha256: (await hashFile(options.start)) ?? '' };
  const { budget, lr, type } = options;
  const begun = { date: new Date().toISOString(), machine: describeMachine(), budget, lr, type, start };
  const comparisons: Comparison[] = [];
  for (const dataSet of chosen) {
    process.stderr.write(`${dataSet.name}\n`);
    comparisons.push(await compareOn(dataSet, { ...options, data, place }));
    // After each, so that nothing is lost when a long run is stopped.
    await writeReport({ ...begun, comparisons }, options.out);
  }
  process.stdout.write(toPage({ ...begun, comparisons }, dataSets));
}

function chooseDataSets(names: readonly string[]): typeof dataSets {
  const unknown = names.find((name) => !dataSets.some((dataSet) => dataSet.name === name));
  if (unknown !== undefined) {
    const known = dataSets.map(({ name }) => `\`${name}\``).join(' or ');
    throw new AppError('USAGE', `Expected \`--data-set\` to be ${known}, got \`${unknown}\`.`);
  }
  return names.length === 0 ? dataSets : dataSets.filter(({ name }) => names.includes(name));
}

async function writeReport(report: QualityReport, out: string | undefined): Promise<void> {
  if (out === undefined) return;
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'quality.json'), `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(join(out, 'quality.md'), toPage(report, dataSets));
}
