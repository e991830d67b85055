import type { Config } from '../config.ts';
import type { EngineChoices } from '../engine/engine.ts';

/** The engine settings that the configuration chooses. */
export function engineChoices(config: Config): EngineChoices {
  const { slots, batchTokens, contextTokens, flashAttention, threads, labelProbabilities } = config;
  const choices = { slots, batchTokens, contextTokens, flashAttention, threads };
  return labelProbabilities === 'answer' ? { ...choices, labelProbabilities } : choices;
}
