import type { Command } from 'commander';
import { builtInTasks } from '../../schemas/tasks/index.ts';
import { compileTask } from '../task/compile-task.ts';
import { describeTask } from '../task/describe-task.ts';
import type { CompiledTask } from '../task/field.ts';
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
  const compiled = await Promise.all(names.map(async (name) => compileTask(await loadTask(name))));
  const descriptions = compiled.map(describeTask);
  await printFacts(flags.json, task === undefined ? descriptions : descriptions[0], compiled.flatMap(toLines));
}

function toLines(compiled: CompiledTask): string[] {
  const { name, kind, fields, worstCaseBytes } = describeTask(compiled);
  return [
    `${name} (${kind}): ${compiled.task.instructions}`,
    ...toTable(fields.map(({ pointer, type }) => [`  ${pointer}`, type])),
    `  longest answer: ${worstCaseBytes} bytes`,
  ];
}
