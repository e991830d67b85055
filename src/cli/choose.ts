import { relative, join } from 'node:path';
import { AppError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { compileTask } from '../task/compile-task.ts';
import type { CompiledTask } from '../task/field.ts';
import { loadTask } from '../task/load-task.ts';
import { shortFormTask } from '../task/short-form-task.ts';
import { note } from './output.ts';

/** The task that `--task` or `--schema` names. */
export async function chooseTask(flags: { readonly task?: string; readonly schema?: string }): Promise<CompiledTask> {
  if (flags.task !== undefined && flags.schema !== undefined) {
    throw new AppError('USAGE', 'Expected either `--task` or `--schema`, got both.');
  }
  if (flags.schema !== undefined) return compileTask(shortFormTask(flags.schema, {}));
  if (flags.task !== undefined) return compileTask(await loadTask(flags.task));
  throw new AppError(
    'USAGE',
    'Say what to do with `--task NAME`, `--task FILE` or `--schema FIELDS`; `docmill tasks` lists what is there.',
  );
}

/** The inputs that were given; not commander's to require, which would hide an unknown option behind it. */
export function chooseInputs(flags: { readonly input?: readonly string[] }): readonly string[] {
  if (flags.input !== undefined) return flags.input;
  throw new AppError('USAGE', 'Say which documents with `--input PATH…`: directories, files, globs, or `-` for stdin.');
}

/** The model that was asked for, else the demo model, and then says what that is. */
export function chooseModel(model: string | undefined): string {
  if (model !== undefined) return model;
  const demo = join(packageRoot(), 'models', 'demo.gguf');
  note(
    `No \`--model\` given: using the demo model \`${relative(process.cwd(), demo)}\`, which only knows the built-in tasks.`,
  );
  return demo;
}
