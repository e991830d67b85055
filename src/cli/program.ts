import { Command } from 'commander';
import { packageVersion } from '../package-root.ts';
import { addBench } from './bench.ts';
import { addCancel } from './cancel.ts';
import { addDashboard } from './dashboard.ts';
import { addDoctor } from './doctor.ts';
import { addEnqueue } from './enqueue.ts';
import { addEval } from './eval.ts';
import { addExport } from './export.ts';
import { addInspect } from './inspect.ts';
import { addModels } from './models.ts';
import { addResults } from './results.ts';
import { addResume } from './resume.ts';
import { addRetry } from './retry.ts';
import { addRun } from './run.ts';
import { addRuns } from './runs.ts';
import { addStatus } from './status.ts';
import { addTasks } from './tasks.ts';
import { addText } from './text.ts';
import { addVerify } from './verify.ts';
import { addWorker } from './worker.ts';

/** The command line: one file per command. */
export function createProgram(): Command {
  const program = new Command('docmill')
    .description('Turns large sets of documents into one JSON line per document, with a small model on ordinary CPUs.')
    .version(packageVersion())
    .option('--debug', 'show stacks of errors')
    .showHelpAfterError('(add --help for what is there)')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      `
Example, everything on this machine:
  $ docmill run --input docs/ --task ticket

Example, a queue and workers of your own:
  $ export REDIS_URL=redis://localhost:6379
  $ docmill worker --model model.gguf &
  $ docmill enqueue --input docs/ --task ticket --model model.gguf --wait
  $ docmill results ticket-… > results.jsonl`,
    );
  const commands = [
    addRun,
    addEnqueue,
    addWorker,
    addStatus,
    addDashboard,
    addResults,
    addVerify,
    addResume,
    addRetry,
    addCancel,
    addRuns,
    addInspect,
    addText,
    addTasks,
    addModels,
    addExport,
    addEval,
    addBench,
    addDoctor,
  ];
  for (const add of commands) add(program);
  for (const command of program.commands) {
    command
      .exitOverride()
      .showHelpAfterError('(add --help for what is there)')
      .option('--debug', 'show stacks of errors');
  }
  return program;
}
