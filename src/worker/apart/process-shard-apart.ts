import type { Job } from '../../../schemas/job.ts';
import type { PlannedDocument } from '../../../schemas/plan.ts';
import type { OpenRun } from '../../ledger/open-run.ts';
import { openPlan } from '../../ledger/plan-file.ts';
import { type Attempt, type Hooks, completeShard } from '../process-shard.ts';
import type { Carried } from '../settle-document.ts';
import { type AskedApart, answerApart } from './answer-apart.ts';
import { openShardProcess } from './open-shard-process.ts';
import type { Reply, Setup } from './protocol.ts';

/**
 * One attempt at a shard that several workers have died with: its documents are answered in a process of their own, so
 * that this worker outlives them. Whatever throws is broken infrastructure, and the shard is tried again.
 */
export async function processShardApart(
  open: OpenRun,
  job: Job,
  options: Hooks & {
    readonly setup: Setup;
    readonly signal: AbortSignal;
    readonly onCondemned: (document: PlannedDocument) => void;
  },
): Promise<Attempt | null> {
  const { setup, signal, onCondemned } = options;
  await using plan = await openPlan(open.paths, job.round);
  await using apart = openShardProcess(setup, signal);

  const ask = async (documents: readonly PlannedDocument[]): Promise<AskedApart> => {
    const asked = await apart.ask({ kind: 'answer', documents });
    if (asked.status === 'died') return asked;
    return { status: 'answered', answered: expectKind(asked.reply, 'answered').answered };
  };
  const describe = async (document: PlannedDocument): Promise<Carried> => {
    const asked = await apart.ask({ kind: 'describe', document });
    // A document that cannot even be read carries nothing.
    return asked.status === 'died' ? {} : expectKind(asked.reply, 'described').carried;
  };
  const answer = (documents: readonly PlannedDocument[]) => answerApart(documents, { ask, describe, onCondemned });
  return await completeShard({ open, plan: async () => plan }, job, { ...options, answer });
}

function expectKind<Kind extends Reply['kind']>(reply: Reply, kind: Kind): Extract<Reply, { readonly kind: Kind }> {
  const isExpected = (given: Reply): given is Extract<Reply, { readonly kind: Kind }> => given.kind === kind;
  if (isExpected(reply)) return reply;
  throw new Error(`The process apart replied \`${reply.kind}\` instead of \`${kind}\`.`);
}
