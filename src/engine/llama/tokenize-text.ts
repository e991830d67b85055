import type { LlamaModel } from 'node-llama-cpp';

/**
 * The tokens of plain text, never a control token. U+2581 is how a vocabulary writes a space: llama.cpp takes the
 * document's own one for a space too, but joins a run of them in another way than the tokenizer of the training does.
 * Both sides therefore read it as a space.
 */
export function tokenizeText(model: Pick<LlamaModel, 'tokenize'>, text: string): readonly number[] {
  return model.tokenize(text.replaceAll('\u2581', ' '), false);
}
