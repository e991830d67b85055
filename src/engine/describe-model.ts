import { basename } from 'node:path';
import type { ModelIdentity } from '../../schemas/run.ts';
import { AppError, isAppError } from '../errors.ts';
import { checkModelFile } from './check-model-file.ts';
import type { ModelFileFacts } from './llama/describe-model-file.ts';
import { parseModelReference } from './model-reference.ts';

/** A model file for people and for `--json`. */
export type ModelDescription = ModelIdentity &
  ModelFileFacts & {
    readonly bytes: number;
    /** Why docmill cannot use it; null when it can. */
    readonly problem: string | null;
  };

/**
 * What a GGUF file holds, and whether this machine can load it. Throws `MODEL_INVALID` for what is no readable GGUF
 * file, or not the pinned one; a model that cannot be used is described with its problem.
 */
export async function describeModel(reference: string): Promise<ModelDescription> {
  const parsed = parseModelReference(reference);
  if (parsed.kind !== 'file') {
    throw new AppError('MODEL_INVALID', `\`${reference}\` is no file; give the path of a GGUF file.`);
  }
  const { path, pin } = parsed;
  const { sha256, parts } = await checkModelFile(path, pin);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const identity: ModelIdentity = { name: basename(path), sha256 };
  const { describeModelFile } = await import('./llama/describe-model-file.ts');
  const facts = await describeModelFile(path, parts);
  return { ...identity, bytes, ...facts, problem: await findProblem(path, identity) };
}

/** Only loading shows whether the file is whole and the engine knows all of it. */
async function findProblem(path: string, identity: ModelIdentity): Promise<string | null> {
  const { loadLlamaModel } = await import('./llama/load-llama-model.ts');
  try {
    await using _model = await loadLlamaModel(path, identity);
    return null;
  } catch (error) {
    if (isAppError(error, 'MODEL_INVALID')) return error.message;
    throw error;
  }
}
