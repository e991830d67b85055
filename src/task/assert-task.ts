import type { z } from 'zod';
import { type Task, taskSchema } from '../../schemas/task.ts';
import { AppError } from '../errors.ts';
import { isJsonObject } from './json-kind.ts';
import { schemaUnsupported } from './schema-unsupported.ts';

const MAX_SCHEMA_BYTES = 1_000_000;
const MAX_SCHEMA_DEPTH = 100;

/** Throws `TASK_INVALID`, or `SCHEMA_UNSUPPORTED` for a schema of absurd size, unless the value is a task in JSON. */
export function assertTask(value: unknown): asserts value is Task {
  // First, because what walks the schema afterwards would exhaust the stack or the time.
  checkSize(isJsonObject(value) ? value['output'] : undefined);
  const parsed = taskSchema.safeParse(value);
  if (!parsed.success) {
    throw new AppError('TASK_INVALID', `The task cannot be used: ${describeIssues(parsed.error)}.`, {
      cause: parsed.error,
    });
  }
  const { locale } = parsed.data;
  if (locale !== undefined && !isLanguageTag(locale)) {
    throw new AppError('TASK_INVALID', `The task's locale \`${locale}\` is no language tag; write one like \`de-CH\`.`);
  }
}

function checkSize(output: unknown): void {
  if (!isShallow(output, MAX_SCHEMA_DEPTH)) {
    throw schemaUnsupported('', `it is nested more than ${MAX_SCHEMA_DEPTH} levels deep`);
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

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
