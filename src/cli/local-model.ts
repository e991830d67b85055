import type { Config } from '../config.ts';
import { toLocalReference } from '../engine/model-cache/local-model.ts';
import { createPullReporter } from './pull-reporter.ts';

/** A reference to a file of this machine: a model that is somewhere else is brought first, and that is shown. */
export async function localModel(
  reference: string,
  { models, offline }: Pick<Config, 'models' | 'offline'>,
  signal: AbortSignal,
): Promise<string> {
  using listener = createPullReporter();
  return await toLocalReference(reference, { directory: models, offline, signal, listener });
}
