import { type FileHandle, open, unlink } from 'node:fs/promises';
import { type Alias, type PlannedDocument, aliasSchema } from '../../schemas/plan.ts';
import type { FoundDocument } from '../documents/find-in-file.ts';
import { openHashedFile } from '../ledger/hashed-file.ts';
import type { Plan } from '../ledger/plan-file.ts';
import { createHashIndex } from './hash-index.ts';

/**
 * Tells the first document of each content, which is planned, from the others, which become its aliases. Ids and sources
 * of aliases wait in `file`, which is removed at disposal; in memory are 32 to 64 bytes for each content and 24 for each
 * alias.
 */
export async function collectAliases(file: string) {
  await using resources = new AsyncDisposableStack();
  const waiting = resources.use(await openHashedFile(file));
  resources.defer(() => unlink(file));
  const contents = createHashIndex();
  /** Where each alias waits, and how many documents were planned before its own. */
  const offsets: number[] = [];
  const originals: number[] = [];
  let planned = 0;
  const owned = resources.move();
  return {
    count: () => originals.length,
    /** Whether the document is to be planned; otherwise it is an alias from now on. */
    isFirst: async ({ id, source, content }: FoundDocument): Promise<boolean> => {
      const original = content === null ? undefined : contents.get(content);
      if (original === undefined) {
        if (content !== null) contents.add(content, planned);
        planned += 1;
        return true;
      }
      offsets.push(waiting.offset());
      originals.push(original);
      await waiting.write(Buffer.from(JSON.stringify({ id, source })));
      return false;
    },
    /** The aliases in the order of the documents that they belong to, then as they were found; `plan` holds those. */
    inPlanOrder: async function* (plan: Plan): AsyncGenerator<Alias> {
      offsets.push(waiting.offset());
      await waiting.finish();
      await using written = await open(file, 'r');
      const findPlace = walkPlan(plan);
      const placeOf = (alias: number): number => originals[alias] ?? 0;
      for (const alias of [...originals.keys()].sort((one, other) => placeOf(one) - placeOf(other))) {
        const [start = 0, end = 0] = offsets.slice(alias, alias + 2);
        yield { ...(await readWaiting(written, start, end)), ...(await findPlace(placeOf(alias))) };
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const waitingSchema = aliasSchema.pick({ id: true, source: true });

async function readWaiting(file: FileHandle, start: number, end: number): Promise<Pick<Alias, 'id' | 'source'>> {
  const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  return waitingSchema.parse(JSON.parse(buffer.toString()));
}

/** Finds planned documents by their number, which may not go down from call to call. */
function walkPlan(plan: Plan): (number: number) => Promise<Pick<Alias, 'of' | 'shard' | 'index'>> {
  let shard = -1;
  let first = 0;
  let documents: readonly PlannedDocument[] = [];
  return async (number) => {
    while (number >= first + documents.length) {
      first += documents.length;
      shard += 1;
      ({ documents } = await plan.readShard(shard));
    }
    const index = number - first;
    return { of: documents[index]?.id ?? '', shard, index };
  };
}
