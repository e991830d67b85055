import { type Inputs, findDocuments } from '../documents/find-documents.ts';
import type { FoundDocument } from '../documents/find-in-file.ts';
import type { EarlierLines } from './earlier-lines.ts';
import { createHashIndex } from './hash-index.ts';
import { estimateTokens } from './plan-shards.ts';
import { type Selection, selectDocuments } from './select-documents.ts';

export type Survey = {
  readonly documents: number;
  /** Documents of the same content as one that is counted. */
  readonly aliases: number;
  /** Of the documents, those that an earlier run has a line for; only the others are estimated and drawn. */
  readonly carried: number;
  readonly bytes: number;
  /** Prompt and answer of all documents, as sharding estimates them. */
  readonly estimatedTokens: number;
  /** A few of the documents, drawn by hash, in plan order. */
  readonly sample: readonly FoundDocument[];
};

const SAMPLE_SIZE = 8;

/** Looks at all documents without planning them; `dedupe` and `earlier` do what they do in a plan. */
export async function surveyDocuments(
  inputs: Inputs,
  { dedupe, earlier, ...selection }: Selection & { readonly dedupe: boolean; readonly earlier: EarlierLines | null },
  signal: AbortSignal,
): Promise<Survey> {
  const contents = createHashIndex();
  const sums = { documents: 0, aliases: 0, carried: 0, bytes: 0, estimatedTokens: 0 };
  const counted = async function* (): AsyncGenerator<FoundDocument> {
    for await (const document of selectDocuments(findDocuments(inputs, signal), selection)) {
      if (dedupe && document.content !== null && contents.get(document.content) !== undefined) {
        sums.aliases += 1;
        continue;
      }
      if (dedupe && document.content !== null) contents.add(document.content, sums.documents);
      sums.documents += 1;
      sums.bytes += document.bytes;
      if (earlier !== null && (await earlier.find(document)) !== null) {
        sums.carried += 1;
        continue;
      }
      sums.estimatedTokens += estimateTokens(document.bytes);
      yield document;
    }
  };
  const sample: FoundDocument[] = [];
  for await (const document of selectDocuments(counted(), { sample: { size: SAMPLE_SIZE, seed: 0 } }))
    sample.push(document);
  return { ...sums, sample };
}

/**
 * Seconds that one worker needs for all documents, from what a sample took, and the relative error of that (two standard
 * errors of the mean seconds per token); null without a sample.
 */
export function estimateSeconds(
  estimatedTokens: number,
  timings: readonly { readonly seconds: number; readonly tokens: number }[],
): { readonly seconds: number; readonly relativeError: number } | null {
  const tokens = timings.reduce((sum, timing) => sum + timing.tokens, 0);
  if (timings.length === 0 || tokens === 0) return null;
  const mean = timings.reduce((sum, timing) => sum + timing.seconds, 0) / tokens;
  const deviations = timings.map((timing) => (timing.seconds / timing.tokens - mean) ** 2);
  const variance = deviations.reduce((sum, deviation) => sum + deviation, 0) / Math.max(1, timings.length - 1);
  const relativeError = mean === 0 ? 0 : (2 * Math.sqrt(variance / timings.length)) / mean;
  return { seconds: mean * estimatedTokens, relativeError };
}
