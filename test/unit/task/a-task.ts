import type { JsonObject } from '../../../schemas/json.ts';
import type { Task } from '../../../schemas/task.ts';

/** A task in JSON that asks for `output`. */
export function aTask(output: JsonObject, members: Partial<Task> = {}): Task {
  return { name: 'test', kind: 'extract', instructions: 'Read.', output: { ...output }, ...members };
}

/** An object schema in which every property is required. */
export function anObject(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
