/** A token of a Hugging Face tokenizer; `added` ones are found in texts before anything is joined. */
export type Piece = { readonly text: string; readonly kind: 'normal' | 'byte' | 'special' | 'added' };

/** The content of a `tokenizer.json` as Gemma's: BPE over U+2581 for spaces, bytes for what is in no piece. */
export function toTokenizerJson(pieces: readonly Piece[], merges: readonly string[]): string {
  const vocab = Object.fromEntries(pieces.map(({ text }, id) => [text, id]));
  const added = pieces.flatMap(({ text, kind }, id) =>
    kind === 'special' || kind === 'added' ? [toAddedToken(id, text, kind === 'special')] : [],
  );
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' },
    pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab,
      merges: merges.map((merge) => merge.split(' ')),
    },
  });
}

function toAddedToken(id: number, content: string, special: boolean): object {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special };
}
