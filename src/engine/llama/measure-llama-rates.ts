import { measureRates, type EvaluationRates, type RateSizes } from '../decode/measure-rates.ts';
import type { EngineChoices } from '../engine.ts';
import { openLlamaParts } from './open-llama-parts.ts';
import { definedChoices } from './read-llama-settings.ts';

/** Any text: what tokens say does not change what they cost. */
const TEXT = 'Invoice 4711 of 3 May: 12 chairs, total 1,204.50 EUR, payable within 30 days.';

/** Loads a model and measures what evaluating costs, with all its slots. */
export async function measureLlamaRates(
  path: string,
  choices: EngineChoices,
  sizes: RateSizes,
): Promise<EvaluationRates> {
  await using parts = await openLlamaParts(path, definedChoices(choices));
  const { slots, contextTokens: slotTokens, batchTokens } = parts.settings;
  const { context } = await parts.openSlots({ slots, slotTokens });
  return await measureRates(context, {
    ...sizes,
    batchTokens,
    tokens: parts.tokenize(TEXT),
    now: () => performance.now(),
  });
}
