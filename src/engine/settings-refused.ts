import type { JsonValue } from '../../schemas/json.ts';
import { AppError } from '../errors.ts';
import { canonicalJson } from '../task/canonical-json.ts';

type Settings = Readonly<Record<string, JsonValue>>;

/** The error for a run, by its name, whose engine settings this model cannot have. */
export function settingsRefused(run: string | undefined, wanted: Settings, own: Settings): AppError {
  return new AppError(
    'CONFIG_INVALID',
    `The run${run === undefined ? '' : ` \`${run}\``} was planned with the engine settings \`${canonicalJson(wanted)}\`, this worker has \`${canonicalJson(own)}\` and cannot change to them; start it with the version of the enqueue.`,
  );
}
