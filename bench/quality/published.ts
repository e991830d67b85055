/** A score that somebody else published, on the same data set and under other conditions. */
export type PublishedScore = {
  readonly model: string;
  readonly parameters: string;
  readonly score: number;
  readonly source: string;
};

const LAYOUT_TABLE = 'table 5 of PeerJ Computer Science 10:e2536 (2024), doi 10.7717/peerj-cs.2536';

/** In shares of 1. BANKING77: accuracy on the official test part; SROIE: F1 over the words of the four fields. */
export const published = {
  banking77: [
    {
      model: 'DistilRoBERTa',
      parameters: '82 M',
      score: 0.896,
      source: 'model card mrm8488/distilroberta-finetuned-banking77',
    },
    {
      model: 'BGE small, fine-tuned',
      parameters: '33 M',
      score: 0.925,
      source: 'model card functionX86/banking77-intent-classifier',
    },
    { model: 'BERT base', parameters: '110 M', score: 0.931, source: 'model card thainq107/bert-base-banking77-pt2' },
    {
      model: 'ModernBERT base',
      parameters: '149 M',
      score: 0.94,
      source: 'model card sukhrobnurali/modernbert-base-banking77',
    },
  ],
  sroie_receipts: [
    { model: 'BERT base (text alone)', parameters: '110 M', score: 0.91, source: LAYOUT_TABLE },
    { model: 'BERT large (text alone)', parameters: '340 M', score: 0.92, source: LAYOUT_TABLE },
    { model: 'LayoutLM large (text and places)', parameters: '343 M', score: 0.952, source: LAYOUT_TABLE },
    { model: 'LayoutLMv2 large (and the image)', parameters: '426 M', score: 0.966, source: LAYOUT_TABLE },
  ],
} as const satisfies Record<string, readonly PublishedScore[]>;
