// Answers one workload through docmill's engine and prints what came out; it runs on a core of its own.
import { readFileSync } from 'node:fs';
import type { JsonValue } from '../../schemas/json.ts';
import { loadModel } from '../../src/engine/load-model.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import { type ChildJob, toMeasurement } from './child-job.ts';
import { startStopwatch } from './stopwatch.ts';
import { timeNativeCalls, toShares } from './time-native.ts';

const [path = ''] = process.argv.slice(2);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parent wrote the file from a value of this type
const job = JSON.parse(readFileSync(path, 'utf8')) as ChildJob;
const { signal } = new AbortController();

const nativeSeconds = job.profile === true ? timeNativeCalls() : undefined;
await using model = await loadModel(job.model, {
  contextTokens: job.contextTokens,
  labelProbabilities: job.labelProbabilities,
});
await using engine = await model.openTask(compileTask(job.prepared.task));
const { documents, warmUp } = job.prepared;
await engine.answerAll(warmUp, signal);
const before = nativeSeconds?.();
const stop = startStopwatch(process.pid, job.core);
const results = await engine.answerAll(documents, signal);
const timing = stop();
const after = nativeSeconds?.();
const answers: JsonValue[] = results.map((result) =>
  result.status === 'answered' ? result.answer.value : { failed: result.failure.code },
);
const answerTokens = results.map((result) =>
  result.status === 'answered' ? result.answer.tokens.forced + result.answer.tokens.chosen : 0,
);
const chosen = results.map((result) => (result.status === 'answered' ? result.answer.tokens.chosen : 0));
const shares = before === undefined || after === undefined ? undefined : toShares(before, after, timing.seconds);
process.stdout.write(JSON.stringify({ ...toMeasurement(timing, answers, answerTokens), chosen, shares }));
