import { basename } from 'node:path';
import type { JsonValue } from '../../schemas/json.ts';
import type { ModelIdentity } from '../../schemas/run.ts';
import { checkModelFile } from './check-model-file.ts';
import type { Model } from './engine.ts';
import { loadLlamaModel } from './llama/load-llama-model.ts';
import { readLlamaSettings } from './llama/read-llama-settings.ts';
import { parseModelReference } from './model-reference.ts';
import { createStubModel, STUB_IDENTITY, STUB_SETTINGS } from './stub.ts';

/**
 * Loads the model that `reference` names: `stub:`, `stub:delay=MS`, or a GGUF file's path with an optional
 * `#sha256=…`. Throws `MODEL_INVALID` for whatever cannot be used; the hash is checked before the file is parsed, and
 * that it is still the same file after it was loaded.
 */
export async function loadModel(reference: string): Promise<Model> {
  const parsed = parseModelReference(reference);
  switch (parsed.kind) {
    case 'stub':
      return createStubModel(parsed.delayMs);
    case 'file': {
      return loadFile(parsed.path, parsed.pin);
    }
    default:
      return parsed satisfies never;
  }
}

/** Identity and byte-changing settings of a model, without loading it; refuses what `loadModel` refuses, if it can tell. */
export async function identifyModel(
  reference: string,
): Promise<{ readonly identity: ModelIdentity; readonly settings: Readonly<Record<string, JsonValue>> }> {
  const parsed = parseModelReference(reference);
  switch (parsed.kind) {
    case 'stub':
      return { identity: STUB_IDENTITY, settings: STUB_SETTINGS };
    case 'file': {
      const { sha256 } = await checkModelFile(parsed.path, parsed.pin);
      return { identity: { name: basename(parsed.path), sha256 }, settings: await readLlamaSettings(parsed.path) };
    }
    default:
      return parsed satisfies never;
  }
}

async function loadFile(path: string, pin: string | undefined): Promise<Model> {
  await using resources = new AsyncDisposableStack();
  const { sha256, assertUnchanged } = await checkModelFile(path, pin);
  const model = resources.use(await loadLlamaModel(path, { name: basename(path), sha256 }));
  await assertUnchanged();
  resources.move();
  return model;
}
