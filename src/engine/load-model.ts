import { basename } from 'node:path';
import type { JsonValue } from '../../schemas/json.ts';
import type { ModelIdentity } from '../../schemas/run.ts';
import { AppError } from '../errors.ts';
import { checkModelFile } from './check-model-file.ts';
import type { EngineChoices, Model } from './engine.ts';
import { type RemoteReference, parseModelReference, showReference } from './model-reference.ts';
import { createStubModel, STUB_IDENTITY, STUB_SETTINGS } from './stub.ts';

/**
 * Loads the model that `reference` names: `stub:`, `stub:delay=MS`, or a GGUF file's path with an optional
 * `#sha256=…`. Throws `MODEL_INVALID` for whatever cannot be used; the hash is checked before the file is parsed, and
 * that it is still the same file after it was loaded.
 */
export async function loadModel(reference: string, choices: EngineChoices = {}): Promise<Model> {
  const parsed = parseModelReference(reference);
  switch (parsed.kind) {
    case 'stub':
      return createStubModel(parsed.delayMs);
    case 'file':
      return loadFile(parsed, choices);
    case 'remote':
      throw notHere(parsed);
    default:
      return parsed satisfies never;
  }
}

/** Identity and byte-changing settings of a model, without loading it; refuses what `loadModel` refuses, if it can tell. */
export async function identifyModel(
  reference: string,
  choices: EngineChoices = {},
): Promise<{ readonly identity: ModelIdentity; readonly settings: Readonly<Record<string, JsonValue>> }> {
  const parsed = parseModelReference(reference);
  switch (parsed.kind) {
    case 'stub':
      return { identity: STUB_IDENTITY, settings: STUB_SETTINGS };
    case 'file': {
      const { sha256 } = await checkModelFile(parsed.path, parsed.pin);
      const { definedChoices, readLlamaSettings } = await import('./llama/read-llama-settings.ts');
      const settings = await readLlamaSettings(parsed.path, definedChoices(choices));
      return { identity: { name: basename(parsed.path), sha256 }, settings };
    }
    case 'remote':
      throw notHere(parsed);
    default:
      return parsed satisfies never;
  }
}

function notHere({ uri }: RemoteReference): AppError {
  return new AppError(
    'MODEL_INVALID',
    `Model \`${showReference(uri)}\` is not a file of this machine; \`docmill models pull\` brings it.`,
  );
}

async function loadFile(
  { path, pin }: { readonly path: string; readonly pin: string | undefined },
  choices: EngineChoices,
): Promise<Model> {
  await using resources = new AsyncDisposableStack();
  const { sha256, assertUnchanged } = await checkModelFile(path, pin);
  // The package of the native library takes a third of the time that the program needs to start: only models load it.
  const { loadLlamaModel } = await import('./llama/load-llama-model.ts');
  const { definedChoices } = await import('./llama/read-llama-settings.ts');
  const model = resources.use(await loadLlamaModel(path, { name: basename(path), sha256 }, definedChoices(choices)));
  await assertUnchanged();
  resources.move();
  return model;
}
