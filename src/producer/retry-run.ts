import type { PlannedDocument } from '../../schemas/plan.ts';
import { hashSource } from '../documents/hash-source.ts';
import { documentErrors } from '../errors.ts';
import { createRound, failedDocuments } from '../ledger/create-round.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { type SizedDocument, planShards } from './plan-shards.ts';

export type RetriedRun =
  | { readonly status: 'opened'; readonly round: number; readonly documents: number }
  | { readonly status: 'nothing-to-retry' }
  /** Another process opened the next round at the same time. */
  | { readonly status: 'opened-by-another' };

/**
 * Opens a new round for the failed documents of a complete run: those whose code says that another try can help, or
 * all. A file is hashed anew, so it is answered as it is now.
 */
export async function retryRun(
  open: OpenRun,
  options: { readonly all: boolean; readonly roots: Readonly<Record<string, string>> },
): Promise<RetriedRun> {
  const retryable = async function* (): AsyncGenerator<SizedDocument> {
    for await (const failed of failedDocuments(open)) {
      if (!options.all && !isRetryable(failed.code)) continue;
      yield await hashAgain(failed.planned, options.roots);
    }
  };
  const shards = planShards(retryable());
  const first = await shards.next();
  if (first.done === true) return { status: 'nothing-to-retry' };
  const opened = await createRound(open, documentsOf(first.value.documents, shards));
  return opened === null ? { status: 'opened-by-another' } : { status: 'opened', ...opened };
}

function isRetryable(code: string): boolean {
  return Object.entries(documentErrors).some(([known, { retryable }]) => known === code && retryable);
}

async function hashAgain(planned: PlannedDocument, roots: Readonly<Record<string, string>>): Promise<SizedDocument> {
  const hashed = await hashSource(planned.source, roots);
  // Another record may lie at that place by now; what belongs to the record's id only a new enqueue can tell.
  if (planned.source.offset !== undefined) return { planned, bytes: hashed?.bytes ?? 0 };
  return { planned: { ...planned, sha256: hashed?.sha256 ?? null }, bytes: hashed?.bytes ?? 0 };
}

async function* documentsOf(
  first: readonly PlannedDocument[],
  rest: AsyncIterable<{ readonly documents: readonly PlannedDocument[] }>,
): AsyncGenerator<readonly PlannedDocument[]> {
  yield first;
  for await (const { documents } of rest) yield documents;
}
