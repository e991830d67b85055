import { join } from 'node:path';
import type { FoundDocument } from '../documents/find-in-file.ts';
import type { AliasTotals } from '../ledger/aliases.ts';
import { createCarriedWriter } from '../ledger/carried-lines.ts';
import type { RunDraft } from '../ledger/create-run.ts';
import { type PlanTotals, openPlan } from '../ledger/plan-file.ts';
import { collectAliases } from './collect-aliases.ts';
import type { EarlierLines } from './earlier-lines.ts';
import { type SizedDocument, planShards } from './plan-shards.ts';

type Filled = {
  readonly totals: PlanTotals;
  readonly aliases: AliasTotals;
  /** Planned documents whose lines come from an earlier run. */
  readonly carried: number;
  readonly bytes: number;
  /** Whether any document has an id that a record brought along. */
  readonly ownIds: boolean;
};

/**
 * Writes every found document into the plan or, with `dedupe` and where one of the same content is planned, beside it. Of
 * a document that `earlier` has a line for, that line is carried over.
 */
export async function fillPlan(
  draft: RunDraft,
  found: AsyncIterable<FoundDocument>,
  options: {
    readonly dedupe: boolean;
    readonly earlier: EarlierLines | null;
    readonly onPlanned: (documents: number) => void;
  },
): Promise<Filled> {
  await using collector = options.dedupe ? await collectAliases(join(draft.paths.temporary, 'aliases')) : null;
  await using carrier = options.earlier === null ? null : await openCarrier(draft, options.earlier);
  const seen = { documents: 0, ownIds: false };
  const toPlanned = async function* (): AsyncGenerator<SizedDocument> {
    for await (const document of found) {
      seen.ownIds ||= document.ownId;
      seen.documents += 1;
      options.onPlanned(seen.documents);
      if (collector !== null && !(await collector.isFirst(document))) continue;
      const { id, source, sha256, refused, bytes } = document;
      const planned = { id, source, sha256, ...(refused !== undefined && { refused }) };
      yield { planned: { ...planned, ...(await carrier?.carry(planned)) }, bytes };
    }
  };
  let bytes = 0;
  for await (const shard of planShards(toPlanned())) {
    await draft.plan.append(shard.documents);
    bytes += shard.bytes;
  }
  const totals = await draft.plan.finish();
  await carrier?.finish();
  const aliases = await writeCollected(draft, collector);
  return { totals, aliases, carried: carrier?.count() ?? 0, bytes, ownIds: seen.ownIds };
}

async function openCarrier(draft: RunDraft, earlier: EarlierLines) {
  const writer = await createCarriedWriter(draft.paths);
  let count = 0;
  return {
    count: () => count,
    carry: async (planned: SizedDocument['planned']): Promise<Pick<SizedDocument['planned'], 'carried'>> => {
      const line = await earlier.find(planned);
      if (line === null) return {};
      count += 1;
      return { carried: await writer.append(line) };
    },
    finish: writer.finish,
    [Symbol.asyncDispose]: writer[Symbol.asyncDispose],
  };
}

async function writeCollected(
  draft: RunDraft,
  collector: Awaited<ReturnType<typeof collectAliases>> | null,
): Promise<AliasTotals> {
  if (collector === null || collector.count() === 0) return { aliases: 0 };
  await using plan = await openPlan(draft.paths, 1);
  return await draft.writeAliases(collector.inPlanOrder(plan));
}
