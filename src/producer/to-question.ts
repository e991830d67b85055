import type { JsonValue } from '../../schemas/json.ts';
import type { ModelIdentity, RecordFields } from '../../schemas/run.ts';
import type { Question } from '../ledger/compare-runs.ts';
import type { CompiledTask } from '../task/field.ts';

/** What a run asks of every document, as it stands in `run.json` and is compared with that of another run. */
export function toQuestion(asked: {
  readonly compiled: CompiledTask;
  readonly model: { readonly identity: ModelIdentity; readonly settings: Readonly<Record<string, JsonValue>> };
  readonly keep: readonly string[];
  readonly records: RecordFields;
}): Question {
  const { compiled, model, keep, records } = asked;
  return { taskSha256: compiled.sha256, model: model.identity, engine: model.settings, keep: [...keep], records };
}
