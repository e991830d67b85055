/** Tokens per second: read one after another, and chosen in the sequences that are worked on together. */
export type Rates = { readonly prefill: number; readonly decode: number };

/** What a document needs at the least. */
export type Needs = {
  /** Tokens of the instructions, which are read once for all documents. */
  readonly prefix: number;
  /** Tokens that must be read: its own, the turn around it, and what the schema forces. */
  readonly read: number;
  /** Tokens that the model chooses, but for the first, which reading gives. */
  readonly steps: number;
};

/** Documents per second that nothing can pass at these rates when it does only what must be done. */
export function toLimit({ read, steps }: Needs, { prefill, decode }: Rates): number {
  return 1 / (read / prefill + steps / decode);
}

/** Tokens of one answered document. */
export type AnswerTokens = { readonly read: number; readonly forced: number; readonly chosen: number };

/** Behind the last choice nothing needs to be evaluated: `"}` is not read again. */
const TAIL_TOKENS = 1;

/** The mean needs of documents, by the counts of their answers. */
export function needsOf(prefix: number, documents: readonly AnswerTokens[]): Needs {
  const mean = (count: (document: AnswerTokens) => number): number =>
    documents.reduce((sum, document) => sum + count(document), 0) / Math.max(1, documents.length);
  return {
    prefix,
    read: mean(({ read, forced }) => read + Math.max(0, forced - TAIL_TOKENS)),
    steps: mean(({ chosen }) => Math.max(0, chosen - 1)),
  };
}
