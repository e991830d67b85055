import type { ModelIdentity } from '../../../schemas/run.ts';
import type { Model } from '../engine.ts';
import { openLlamaEngine } from './open-llama-engine.ts';
import { openLlamaParts } from './open-llama-parts.ts';

/** Loads a model file as a `Model`; throws `MODEL_INVALID` for a file that cannot be loaded. */
export async function loadLlamaModel(path: string, identity: ModelIdentity): Promise<Model> {
  const parts = await openLlamaParts(path);
  return {
    identity,
    settings: { engine: 'llama', contextTokens: parts.contextTokens },
    countTokens: (text) => parts.tokenize(text).length,
    openTask: async (task) => openLlamaEngine(task, parts),
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}
