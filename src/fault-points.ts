import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { parseJson } from '../schemas/json.ts';
import { AppError } from './errors.ts';

/**
 * Every instant at which a death or a failed call could do harm, so that the tests can make it happen there: those of
 * the register (createOnce), of the replaced file, of a run's making and of a shard's way through a worker. Outside of
 * the tests they do nothing. docs/guarantees.md says what they show.
 */
export const faultPoints = {
  'run.drafted': 'the folders of a new run are there, under a name that nobody reads',
  'run.planned': 'the plan of the draft is written and synced',
  'run.written': 'the draft is whole, but not synced',
  'run.synced': 'the draft is whole and synced, but not renamed',
  'run.renamed': 'the run is there, but a power cut could still take its name',
  'run.durable': 'the run is there for good, and nothing is queued',
  'run.uploaded': 'the files of a run in object storage are there, and no `run.json` names them',
  'queue.offered': 'some jobs are queued, perhaps not all',
  'job.taken': 'a worker has a job and has not begun',
  'document.asked': 'the engine is about to get a document, whose id is the path, with its shard',
  'job.answered': 'all lines of the shard are known, none is written',
  'register.opened': 'the temporary file is there and empty',
  'register.half-written': 'half of the temporary file is written',
  'register.written': 'the temporary file is whole, but not synced',
  'register.synced': 'the temporary file is synced, but still open',
  'register.closed': 'the temporary file is synced and closed, and has no other name',
  'register.linked': 'the file has its name, which a power cut could still take',
  'register.unlinked': 'the temporary name is gone, and the directory is not synced',
  'register.durable': 'the file is there for good, and nobody was told',
  'object.sending': 'an object that is set once is about to be sent to the store',
  'object.stored': 'the store has the object, and nobody was told',
  'job.committed': 'the part is there for good, and the job is not acknowledged',
  'job.acknowledged': 'the job is acknowledged',
  'replace.half-written': 'the first block of the new file is written',
  'replace.synced': 'the new file is whole and synced, and still has a temporary name',
  'replace.renamed': 'the new file has taken the place of the old one, which a power cut could undo',
  'object.replacing': 'an object is about to be sent in place of another one',
  'object.replaced': 'the new object has taken the place of the old one',
  'round.planned': 'the plan of a retry is set, and its index is not',
  'round.indexed': 'plan and index of a retry are set, and the state does not know of it',
  'finish.manifested': 'the manifest is set, and the results file is not written',
  'finish.derived': 'the results file is written, and the run is not said to be complete',
} as const;

export type FaultPoint = keyof typeof faultPoints;

/**
 * What happens at a point: this process dies, is ended by a fault as that of native code, exits, stands still until
 * SIGCONT, hangs for ever, takes all memory there is, or the call fails with an errno.
 */
const faultSchema = z.strictObject({
  point: z.string().refine((name) => Object.hasOwn(faultPoints, name)),
  action: z.union([z.enum(['kill', 'crash', 'exit', 'pause', 'hang', 'exhaust']), z.string().regex(/^E[A-Z]+$/)]),
  /** Only where the file in question has this in its path. */
  path: z.string().default(''),
  /** From the nth arrival of this process on. */
  from: z.int().min(1).default(1),
  /** So many times at most. */
  times: z.int().min(1).default(1),
  /** With this chance at every arrival. */
  chance: z.number().min(0).max(1).default(1),
});

/** A fault as `DOCMILL_FAULTS` holds it, in a JSON array. */
export type Fault = z.input<typeof faultSchema>;

type ArmedFault = z.output<typeof faultSchema> & { arrivals: number; done: number };

type Faults = { readonly armed: readonly ArmedFault[]; readonly log: string | undefined };

// The one piece of module state: the environment is read at the first arrival, once.
let faults: Faults | null = null;

/**
 * Says that this process has arrived at a point, with the file that it works on. Does nothing unless the environment
 * of the process arms faults (`DOCMILL_FAULTS`) or asks for a log of arrivals (`DOCMILL_FAULT_LOG`, a file); throws
 * the errno that a fault asks for.
 */
export function faultPoint(point: FaultPoint, path = ''): void {
  faults ??= readFaults(process.env);
  const { armed, log } = faults;
  if (log !== undefined) appendFileSync(log, `${JSON.stringify({ pid: process.pid, point, path })}\n`);
  for (const fault of armed) {
    if (fault.point !== point || !path.includes(fault.path)) continue;
    fault.arrivals += 1;
    if (fault.arrivals < fault.from || fault.done >= fault.times || Math.random() >= fault.chance) continue;
    fault.done += 1;
    if (log !== undefined) {
      appendFileSync(log, `${JSON.stringify({ pid: process.pid, point, path, action: fault.action })}\n`);
    }
    act(fault.action, point);
  }
}

function readFaults(environment: NodeJS.ProcessEnv): Faults {
  const { DOCMILL_FAULTS: wanted, DOCMILL_FAULT_LOG: log } = environment;
  if (wanted === undefined || wanted === '') return { armed: [], log };
  const parsed = z.array(faultSchema).safeParse(parseJson(wanted));
  if (!parsed.success) {
    throw new AppError('CONFIG_INVALID', 'Expected `DOCMILL_FAULTS` to be a JSON array of faults, or not to be set.', {
      cause: parsed.error,
    });
  }
  return { armed: parsed.data.map((fault) => Object.assign(fault, { arrivals: 0, done: 0 })), log };
}

function act(action: string, point: FaultPoint): void {
  switch (action) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'crash':
      process.abort();
      return;
    case 'exit':
      process.exit(70);
      return;
    case 'hang':
      // Nobody wakes it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return;
    case 'exhaust':
      for (const held: Buffer[] = []; ;) held.push(Buffer.alloc(8 * 1024 * 1024, 1));
    case 'pause':
      process.kill(process.pid, 'SIGSTOP');
      return;
    default:
      throw Object.assign(new Error(`${action}: fault at ${point}`), { code: action });
  }
}
