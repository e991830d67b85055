import { relative, join } from 'node:path';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { compileTask } from '../task/compile-task.ts';
import type { CompiledTask } from '../task/field.ts';
import { listFields } from '../task/list-fields.ts';
import { loadTask } from '../task/load-task.ts';
import { shortFormTask } from '../task/short-form-task.ts';
import { localModel } from './local-model.ts';
import { note } from './output.ts';
import { toTerminal } from './terminal-text.ts';

/** The task that `--task` or `--schema` names; says on stderr what fields a schema in short form was read as. */
export async function chooseTask(flags: { readonly task?: string; readonly schema?: string }): Promise<CompiledTask> {
  if (flags.task !== undefined && flags.schema !== undefined) {
    throw new AppError('USAGE', 'Expected either `--task` or `--schema`, got both.');
  }
  if (flags.schema !== undefined) {
    const compiled = compileTask(shortFormTask(flags.schema, {}));
    note(toTerminal(`Fields: ${listFields(compiled.output)}`));
    return compiled;
  }
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

/** The gold file that was given. */
export function chooseGold(flags: { readonly gold?: string }): string {
  if (flags.gold !== undefined) return flags.gold;
  throw new AppError('USAGE', 'Say where the gold answers are with `--gold FILE`: one {"id","text","gold"} a line.');
}

/** A file of the model that was asked for, else of the demo model, and then says what that is. */
export async function chooseModel(config: Config, signal: AbortSignal): Promise<string> {
  if (config.model !== undefined) return localModel(config.model, config, signal);
  const demo = join(packageRoot(), 'models', 'demo.gguf');
  note(
    `No \`--model\` given: using the demo model \`${relative(process.cwd(), demo)}\`, which only knows the built-in tasks.`,
  );
  return demo;
}
