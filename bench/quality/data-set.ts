import type { JsonObject } from '../../schemas/json.ts';
import type { PublishedScore } from './published.ts';
import type { Figures, Scores } from './scores.ts';

/** A document with the answer that the task wants of it. */
export type Row = { readonly id: string; readonly text: string; readonly gold: JsonObject };

export type Split = { readonly train: readonly Row[]; readonly test: readonly Row[] };

/** One public data set: how it becomes a task, and what its scores are set beside. */
export type DataSet = {
  /** The name of its folder. */
  readonly name: string;
  readonly title: string;
  /** Source, licence and what is to know of its quality, as sentences of the page. */
  readonly about: string;
  /** The task file. */
  readonly task: string;
  /** Reads it; also says how many training documents are left out, by reason. */
  readonly read: (directory: string) => Promise<Split & { readonly leftOut: Readonly<Record<string, number>> }>;
  /** Answers the test documents by simple means that learn from the training documents, or from none. */
  readonly baseline: { readonly name: string; readonly answer: (split: Split) => Promise<readonly JsonObject[]> };
  readonly figures: (scores: Scores) => Figures;
  /** What the published scores measure. */
  readonly publishedMeasure: string;
  readonly published: readonly PublishedScore[];
};
