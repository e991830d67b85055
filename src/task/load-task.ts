import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Task, TaskDefinition } from '../../schemas/task.ts';
import { builtInTasks } from '../../schemas/tasks/index.ts';
import { AppError, ioError, systemCode } from '../errors.ts';
import { assertSize, assertTask } from './assert-task.ts';
import { closest } from './closest.ts';
import { findDuplicateMember } from './find-duplicate-member.ts';
import { findJsonError, toPlace } from './find-json-error.ts';
import { writeInstructions } from './write-instructions.ts';
import { isJsonObject } from '../../schemas/json.ts';
import { provideTaskModules } from './provide-task-modules.ts';
import { taskFromDefinition } from './zod-to-json-schema.ts';

const CODE_EXTENSIONS: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs']);

/**
 * The task with a built-in name, or of a task file: TypeScript or JavaScript with `export default defineTask({ … })`,
 * or JSON with the same members and a JSON Schema as `output`. A task without instructions gets some that name its
 * fields. Throws `TASK_INVALID` or `SCHEMA_UNSUPPORTED`.
 */
export async function loadTask(nameOrPath: string): Promise<Task> {
  const task = completeTask(await readTask(nameOrPath));
  assertTask(task);
  return task;
}

async function readTask(nameOrPath: string): Promise<unknown> {
  const builtIn = Object.hasOwn(builtInTasks, nameOrPath) ? builtInTasks[nameOrPath] : undefined;
  if (builtIn !== undefined) {
    return taskFromDefinition(builtIn);
  }
  const extension = extname(nameOrPath).toLowerCase();
  if (CODE_EXTENSIONS.has(extension)) {
    return taskFromDefinition(await importDefinition(nameOrPath));
  }
  if (extension === '.json') {
    return parseTaskFile(nameOrPath, await readTaskFile(nameOrPath));
  }
  throw unknownTask(nameOrPath);
}

async function importDefinition(path: string): Promise<TaskDefinition> {
  await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  using _modules = provideTaskModules();
  const module: unknown = await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new AppError('TASK_INVALID', `Task file \`${path}\` cannot be loaded: ${reason}.`, { cause });
  });
  const definition = isJsonObject(module) ? Reflect.get(module, 'default') : undefined;
  if (!isDefinition(definition)) {
    throw new AppError(
      'TASK_INVALID',
      `Task file \`${path}\` has no task; write \`export default defineTask({ … })\` with an object of zod 4 as \`output\`.`,
    );
  }
  return definition;
}

/** The other members are checked once the task is plain JSON. */
function isDefinition(value: unknown): value is TaskDefinition {
  return isJsonObject(value) && isJsonObject(value['output']) && '_zod' in value['output'];
}

async function readTaskFile(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    throw fileError(path, error);
  }
}

function parseTaskFile(path: string, text: string): unknown {
  const error = findJsonError(text);
  if (error !== undefined) {
    throw new AppError('TASK_INVALID', `Task file is not valid JSON at \`${path}:${error.line}:${error.column}\`.`);
  }
  const duplicate = findDuplicateMember(text);
  if (duplicate !== undefined) {
    const { line, column } = toPlace(text, duplicate.at);
    throw new AppError(
      'TASK_INVALID',
      `Task file has \`${duplicate.name}\` twice in one object at \`${path}:${line}:${column}\`; remove one of them.`,
    );
  }
  return JSON.parse(text);
}

function fileError(path: string, cause: unknown): AppError {
  const code = systemCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') {
    return new AppError('TASK_INVALID', `There is no task file \`${path}\`.`, { cause });
  }
  return ioError('read', path, cause);
}

function unknownTask(name: string): AppError {
  const names = Object.keys(builtInTasks);
  const suggestion = closest(name, names);
  const built = names.map((known) => `\`${known}\``).join(', ');
  return new AppError(
    'TASK_INVALID',
    `There is no task \`${name}\`${suggestion === undefined ? '' : `, did you mean \`${suggestion}\``}; the built-in ones are ${built}, and a task file ends in .ts, .mts, .js, .mjs or .json.`,
    { details: { names } },
  );
}

function completeTask(task: unknown): unknown {
  if (!isJsonObject(task) || 'instructions' in task || !isJsonObject(task['output'])) {
    return task;
  }
  assertSize(task);
  return {
    ...task,
    instructions: writeInstructions(task['kind'] === 'classify' ? 'classify' : 'extract', task['output']),
  };
}
