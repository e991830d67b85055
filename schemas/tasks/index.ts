import type { TaskDefinition } from '../task.ts';
import invoice from './invoice.ts';
import ticket from './ticket.ts';

/** The built-in tasks by name. A new task is one file in this folder and one line here. */
export const builtInTasks: Readonly<Record<string, TaskDefinition>> = { invoice, ticket };
