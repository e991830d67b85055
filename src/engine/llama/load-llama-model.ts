import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../../schemas/json.ts';
import type { ModelIdentity } from '../../../schemas/run.ts';
import type { CompiledTask } from '../../task/field.ts';
import type { Engine, Model, TaskOptions } from '../engine.ts';
import { settingsRefused } from '../settings-refused.ts';
import { openLlamaEngine } from './open-llama-engine.ts';
import { type LoadedParts, openLlamaParts } from './open-llama-parts.ts';
import { type LlamaChoices, type LlamaSettings, llamaSettingsSchema } from './read-llama-settings.ts';

/** Loads a model file as a `Model`; throws `MODEL_INVALID` for a file that cannot be loaded. */
export async function loadLlamaModel(
  path: string,
  identity: ModelIdentity,
  choices: LlamaChoices = {},
): Promise<Model> {
  const parts = await openLlamaParts(path, choices);
  return {
    identity,
    settings: parts.settings,
    countTokens: (text) => parts.tokenize(text).length,
    openTask: async (task, { settings: wanted = parts.settings, run, ...options } = {}) => {
      const settings = requireSettings(run, wanted, parts);
      return hasSameSlots(settings, parts.settings)
        ? openLlamaEngine(task, { ...parts, settings }, options)
        : openWithSettings(task, parts, settings, options);
    },
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}

/** Which probabilities an answer holds is no matter of the slots. */
function hasSameSlots(one: LlamaSettings, other: LlamaSettings): boolean {
  return isDeepStrictEqual({ ...one, labelProbabilities: undefined }, { ...other, labelProbabilities: undefined });
}

/** A task under settings that are not the model's own: its slots live as long as the task. */
async function openWithSettings(
  task: CompiledTask,
  parts: LoadedParts,
  settings: LlamaSettings,
  options: Pick<TaskOptions, 'explain'>,
): Promise<Engine> {
  await using resources = new AsyncDisposableStack();
  const own = resources.use(parts.withSettings(settings));
  const engine = resources.use(await openLlamaEngine(task, own, options));
  const owned = resources.move();
  return { ...engine, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Settings of a run as this model can have them; whether slots go together is not for it to choose. */
function requireSettings(
  run: string | undefined,
  wanted: Readonly<Record<string, JsonValue>>,
  parts: LoadedParts,
): LlamaSettings {
  const parsed = llamaSettingsSchema.safeParse(wanted);
  const isPossible =
    parsed.success &&
    parsed.data.evaluation === parts.settings.evaluation &&
    parsed.data.contextTokens <= parts.contextLimit;
  if (!isPossible) throw settingsRefused(run, wanted, parts.settings);
  return parsed.data;
}
