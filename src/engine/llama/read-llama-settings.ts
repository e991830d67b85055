import { getModuleVersion } from 'node-llama-cpp';
import { z } from 'zod';
import type { EngineChoices } from '../engine.ts';
import { readModelHeader } from './model-file.ts';
import type { ModelShape } from './model-shape.ts';

/** Settings of the native engine that change the bytes of answers. */
export const llamaSettingsSchema = z.strictObject({
  engine: z.literal('llama'),
  /** Whether slots are evaluated together or, for want of native calls that are known, apart. */
  evaluation: z.enum(['together', 'apart']),
  /** Tokens of one slot: prompt, document and answer. */
  contextTokens: z.int().min(64).max(131_072),
  /** Documents that are answered at once; where an answer is only labels, the most of them. */
  slots: z.int().min(1).max(64),
  /** The most tokens that are evaluated at once. */
  batchTokens: z.int().min(64).max(4096),
  /** Fewer slots than these are evaluated one by one. */
  leastTogether: z.int().min(1).max(64),
  flashAttention: z.boolean(),
  /** Threads of one worker. */
  threads: z.int().min(1).max(256),
  /** Not there where every label gets its probability, so that such runs are those of before there was a choice. */
  labelProbabilities: z.literal('answer').exactOptional(),
});

export type LlamaSettings = z.infer<typeof llamaSettingsSchema>;

/** Settings that are chosen instead of those that fit the model. */
export type LlamaChoices = Partial<Omit<LlamaSettings, 'engine'>>;

/** Only what was chosen: the rest fits the model. */
export function definedChoices(choices: EngineChoices): LlamaChoices {
  return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}

/** Longer contexts cost memory in every worker, and documents beyond them are split. */
const MAX_CONTEXT_TOKENS = 2048;

/** The native calls are those of these releases of node-llama-cpp. */
const KNOWN_RELEASES = /^3\.22\./;

/**
 * Rows of a matrix of this type cost less together than alone, however few they are; of others, 2 to 7 rows together
 * cost more.
 */
const EVEN_TYPE = 'Q4_0';

/** The settings that a model file is used with; reads the file's header only. */
export async function readLlamaSettings(path: string, choices: LlamaChoices = {}): Promise<LlamaSettings> {
  const { shape, headType } = readModelHeader(path);
  return toLlamaSettings(shape, headType, choices);
}

/** The settings for a model of this shape. */
export async function toLlamaSettings(
  shape: ModelShape,
  headType: string | undefined,
  choices: LlamaChoices = {},
): Promise<LlamaSettings> {
  const contextTokens = Math.min(choices.contextTokens ?? MAX_CONTEXT_TOKENS, shape.context_length);
  return {
    engine: 'llama',
    evaluation: KNOWN_RELEASES.test(await getModuleVersion()) ? 'together' : 'apart',
    slots: 16,
    leastTogether: headType === EVEN_TYPE ? 2 : 8,
    flashAttention: true,
    // One process per core is faster than threads, and far faster where anything else runs.
    threads: 1,
    ...choices,
    contextTokens,
    batchTokens: Math.min(choices.batchTokens ?? 512, contextTokens),
  };
}
