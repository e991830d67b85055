import type { Command } from 'commander';
import { builtInTasks } from '../../schemas/tasks/index.ts';
import { compileTask } from '../task/compile-task.ts';
import { describeTask } from '../task/describe-task.ts';
import { loadTask } from '../task/load-task.ts';
import { printFacts, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';

export function addTasks(program: Command): void {
  program
    .command('tasks [task]')
    .description('List the built-in tasks, or check one: its compiled fields and its longest answer.')
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExamples:\n  $ docmill tasks\n  $ docmill tasks ./my-task.json')
    .action(tasks);
}

async function tasks(task: string | undefined, flags: { readonly json?: boolean }): Promise<void> {
  const names = task === undefined ? Object.keys(builtInTasks) : [task];
  for (const name of names) {
    const compiled = compileTask(await loadTask(name));
    const description = describeTask(compiled);
    const fields = description.fields.map(({ pointer, type }) => [`  ${pointer}`, type]);
    const lines = [
      `${description.name} (${description.kind}): ${compiled.task.instructions}`,
      ...toTable(fields),
      `  longest answer: ${description.worstCaseBytes} bytes`,
    ];
    await printFacts(flags.json, description, lines);
  }
}
