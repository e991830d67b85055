import type { EngineChoices } from './engine.ts';
import type { EvaluationRates, RateSizes } from './decode/measure-rates.ts';
import { parseModelReference } from './model-reference.ts';

/**
 * What evaluating tokens with a model costs on this machine, without anything that docmill does around it; null for a
 * model that evaluates nothing. Throws `MODEL_INVALID` like `loadModel`.
 */
export async function measureModel(
  reference: string,
  choices: EngineChoices,
  sizes: RateSizes,
): Promise<EvaluationRates | null> {
  const parsed = parseModelReference(reference);
  if (parsed.kind !== 'file') return null;
  const { measureLlamaRates } = await import('./llama/measure-llama-rates.ts');
  return measureLlamaRates(parsed.path, choices, sizes);
}
