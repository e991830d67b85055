import { readModelFile } from './model-file.ts';

/** Longer contexts cost memory in every worker, and documents beyond them are split. */
const MAX_CONTEXT_TOKENS = 2048;

/** Settings of the native engine that change the bytes of answers. */
export type LlamaSettings = { readonly engine: 'llama'; readonly contextTokens: number };

/** The settings that a model file is used with; reads the file's header only. */
export async function readLlamaSettings(path: string): Promise<LlamaSettings> {
  return toLlamaSettings((await readModelFile(path)).trainContextTokens);
}

/** The settings for a model of this context length. */
export function toLlamaSettings(trainContextTokens: number): LlamaSettings {
  return { engine: 'llama', contextTokens: Math.min(MAX_CONTEXT_TOKENS, trainContextTokens) };
}
