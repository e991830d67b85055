// `npm run bench`: docmill beside its peers and beside the limit of this machine.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { hashFile } from '../src/ledger/hash-file.ts';
import { packageRoot } from '../src/package-root.ts';
import { type Experiment, experimentName, experiments } from './experiments.ts';
import { describeMachine } from './machine.ts';
import { ensureModel } from './models/ensure-model.ts';
import { isWanted, readOptions, type Options } from './options.ts';
import type { Report } from './report/report.ts';
import { toChart } from './report/to-chart.ts';
import { toMarkdown } from './report/to-markdown.ts';
import { openExperiment, type OpenExperiment } from './run-experiment.ts';
import { pinnableCore, type Place } from './sides/pinned.ts';
import { goldWorkload } from './workloads/gold-workload.ts';
import { openVocabulary } from './workloads/prepare.ts';
import { makeWorkload } from './workloads/workload.ts';

const options = readOptions(process.argv.slice(2));
const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort());
const place: Place = { core: pinnableCore(options.core), signal: stopped.signal };
const chosen = experiments.filter((experiment) => isWanted(experimentName(experiment), options.only));
const report: Report = {
  date: new Date().toISOString(),
  machine: describeMachine(),
  core: place.core ?? null,
  models: {},
  results: [],
};
const open: OpenExperiment[] = [];
for (const experiment of chosen) {
  process.stderr.write(`${experimentName(experiment)}  preparing\n`);
  const one = await openOne(experiment, place, options);
  report.results.push(one.result);
  open.push(one);
}
for (let round = 0; round < options.rounds; round += 1) {
  for (const one of open) if (round < one.mostRounds) await one.measureRound(round, () => write(report, options));
}

async function openOne(experiment: Experiment, place: Place, { documents, sides }: Options): Promise<OpenExperiment> {
  const { model: name, workload } = experiment;
  const model = ensureModel(name);
  report.models[name] ??= { bytes: statSync(model).size, sha256: (await hashFile(model)) ?? '' };
  await using vocabulary = await openVocabulary(model);
  const { countTokens } = vocabulary;
  const wanted =
    workload === 'ticket' || workload === 'invoice'
      ? await goldWorkload(workload, documents)
      : makeWorkload(workload, countTokens, documents);
  const prepared = vocabulary.prepare(wanted);
  return await openExperiment(experiment, { model, prepared, place, isWanted: (side) => isWanted(side, sides) });
}

/** After every measurement, so that nothing is lost when a long run is stopped. */
function write(report: Report, { out }: Options): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'throughput.json'), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(
    join(out, 'throughput.md'),
    toMarkdown(report, relative(out, join(packageRoot(), 'docs', 'benchmarking.md'))),
  );
  writeFileSync(join(out, 'throughput.svg'), toChart(report));
}
