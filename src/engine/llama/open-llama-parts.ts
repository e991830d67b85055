import { getLlama, type Llama, type LlamaContext, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { createLlamaSequence } from './llama-sequence.ts';
import { readModelFile, unusable } from './model-file.ts';
import type { LlamaParts } from './open-llama-engine.ts';
import { toLlamaSettings } from './read-llama-settings.ts';
import { createVocabulary } from './vocabulary.ts';

/** Tokens that are evaluated at once. */
export const BATCH_TOKENS = 512;

/**
 * Loads a model file with the prebuilt binaries: on the CPU, with one thread, because one process per core is faster
 * than threads on a busy machine. Throws `MODEL_INVALID` for a file that cannot be loaded.
 */
export async function openLlamaParts(path: string): Promise<LlamaParts & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const { pieces, controls, trainContextTokens } = await readModelFile(path);
  const { contextTokens } = toLlamaSettings(trainContextTokens);
  const llama = await openLlama().catch((cause: unknown) => {
    throw unusable(path, 'finds no prebuilt engine for this machine; install with optional dependencies', cause);
  });
  resources.defer(() => llama.dispose());
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 }).catch((cause: unknown) => {
    throw unusable(path, 'cannot be loaded; it may be cut short, get the file again', cause);
  });
  resources.defer(() => model.dispose());
  const context = await openContext(model, contextTokens).catch((cause: unknown) => {
    throw unusable(path, `gets no context of ${contextTokens} tokens on this machine; free some memory`, cause);
  });
  resources.defer(() => context.dispose());
  const sequence = createLlamaSequence(context.getSequence());
  const tokenize = (text: string): readonly number[] => model.tokenize(text, false);
  const vocabulary = createVocabulary(pieces, tokenize);
  const owned = resources.move();
  return {
    sequence,
    vocabulary,
    tokenize,
    controls,
    contextTokens,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function openContext(model: LlamaModel, contextTokens: number): Promise<LlamaContext> {
  return model.createContext({
    contextSize: contextTokens,
    batchSize: Math.min(BATCH_TOKENS, contextTokens),
    sequences: 1,
    threads: { ideal: 1, min: 1 },
    // Without it a model with a sliding window could not be taken back to the end of the prompt's prefix.
    swaFullCache: true,
  });
}

/** Never builds, downloads or logs anything: what goes wrong is thrown. */
async function openLlama(): Promise<Llama> {
  return getLlama({
    build: 'never',
    gpu: false,
    maxThreads: 1,
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.disabled,
  });
}
