import type { z } from 'zod';
import { type JsonObject, isJsonObject } from '../../schemas/json.ts';
import { type Task, taskSchema } from '../../schemas/task.ts';
import { AppError } from '../errors.ts';
import { schemaUnsupported } from './schema-unsupported.ts';

const MAX_SCHEMA_BYTES = 1_000_000;
const MAX_DEPTH = 100;

/** Throws `TASK_INVALID`, or `SCHEMA_UNSUPPORTED` for a schema of absurd size, unless the value is a task in JSON. */
export function assertTask(value: unknown): asserts value is Task {
  // First, because what walks the values afterwards would exhaust the stack or the time.
  if (isJsonObject(value)) {
    assertSize(value);
  }
  const parsed = taskSchema.safeParse(value);
  if (!parsed.success) {
    throw new AppError('TASK_INVALID', `The task cannot be used: ${describeIssues(parsed.error)}.`, {
      cause: parsed.error,
    });
  }
  const { locale } = parsed.data;
  if (locale !== undefined && !isKnownLocale(locale)) {
    throw new AppError(
      'TASK_INVALID',
      `The task's locale \`${locale}\` is no tag of a known language; write one like \`de-CH\`, or leave it out.`,
    );
  }
}

/** Throws `SCHEMA_UNSUPPORTED` or `TASK_INVALID` where a task is too deep or too large to be walked at all. */
export function assertSize({ output, ...members }: JsonObject): void {
  const deep = Object.entries(members).find(([, member]) => !isShallow(member, MAX_DEPTH));
  if (deep !== undefined) {
    throw new AppError(
      'TASK_INVALID',
      `The task cannot be used: \`${deep[0]}\` is nested more than ${MAX_DEPTH} levels deep.`,
    );
  }
  if (!isShallow(output, MAX_DEPTH)) {
    throw schemaUnsupported('', `it is nested more than ${MAX_DEPTH} levels deep`);
  }
  if (Buffer.byteLength(JSON.stringify(output) ?? '') > MAX_SCHEMA_BYTES) {
    throw schemaUnsupported('', `it is larger than ${MAX_SCHEMA_BYTES} bytes`);
  }
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return true;
  }
  return depth > 0 && Object.values(value).every((member) => isShallow(member, depth - 1));
}

function describeIssues(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `\`${path.join('.')}\` ${message}`).join(', ');
}

/** For a locale without data of its own, `Intl` would silently take the one of the machine. */
function isKnownLocale(tag: string): boolean {
  try {
    const known = [
      Intl.NumberFormat.supportedLocalesOf(tag),
      Intl.DateTimeFormat.supportedLocalesOf(tag),
      Intl.DisplayNames.supportedLocalesOf(tag),
    ];
    return known.every((tags) => tags.length === 1);
  } catch {
    return false;
  }
}
