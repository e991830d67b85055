import type { PlannedDocument } from '../../schemas/plan.ts';

/**
 * The bounds of a shard. Constants only, never measurements of this machine, so that the same documents make the same
 * plan everywhere; chosen for 5 to 10 seconds of a 270M model's work on a usual core (500 to 900 tokens per second).
 */
const MOST_TOKENS = 4_096;
/**
 * Bytes of text per token, on the cautious side; and what the prompt around a document and its answer cost, which also
 * bounds a shard to 42 documents.
 */
const BYTES_PER_TOKEN = 4;
const TOKENS_PER_DOCUMENT = 96;
/** A line that is there already costs next to nothing; at most 128 of them are one shard. */
const TOKENS_PER_CARRIED = 32;

export type SizedDocument = { readonly planned: PlannedDocument; readonly bytes: number };

export type PlannedShard = { readonly documents: readonly PlannedDocument[]; readonly bytes: number };

/** Cuts documents into shards, in order; a document that is larger than a shard is one by itself. */
export async function* planShards(documents: AsyncIterable<SizedDocument>): AsyncGenerator<PlannedShard> {
  let shard: PlannedDocument[] = [];
  let tokens = 0;
  let bytes = 0;
  for await (const document of documents) {
    const cost = document.planned.carried === undefined ? estimateTokens(document.bytes) : TOKENS_PER_CARRIED;
    if (shard.length > 0 && tokens + cost > MOST_TOKENS) {
      yield { documents: shard, bytes };
      shard = [];
      tokens = 0;
      bytes = 0;
    }
    shard.push(document.planned);
    tokens += cost;
    bytes += document.bytes;
  }
  if (shard.length > 0) yield { documents: shard, bytes };
}

/** A guess at what a document of so many bytes costs in tokens, prompt and answer included. */
export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN) + TOKENS_PER_DOCUMENT;
}
