import { join } from 'node:path';
import type { TaskDefinition } from '../../schemas/task.ts';
import ticket from '../../schemas/tasks/ticket.ts';
import { STUB_IDENTITY, STUB_SETTINGS } from '../../src/engine/stub.ts';
import { type PlanOptions, type PlannedRun, planRun } from '../../src/producer/plan-run.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import { taskFromDefinition } from '../../src/task/zod-to-json-schema.ts';

type Options = Partial<Omit<PlanOptions, 'compiled'>> & { readonly task?: TaskDefinition };

/** Plans `docs/` below `directory` for the stub model into `out/` beside it. */
export function planFiles(directory: string, { task = ticket, ...options }: Options = {}): Promise<PlannedRun> {
  return planRun({
    inputs: [join(directory, 'docs')],
    stdin: emptyStdin(),
    compiled: compileTask(taskFromDefinition(task)),
    model: { identity: STUB_IDENTITY, settings: STUB_SETTINGS },
    out: join(directory, 'out'),
    name: undefined,
    limits: {},
    keep: [],
    records: {},
    dedupe: false,
    since: null,
    selection: {},
    versions: {},
    signal: new AbortController().signal,
    onPlanned: () => undefined,
    ...options,
  });
}

async function* emptyStdin(): AsyncGenerator<Uint8Array> {}
