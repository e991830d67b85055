import { type JsonValue, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { Normalization } from '../../schemas/task.ts';
import type { VerbatimField } from './field.ts';
import { type Place, readInteger, readLength } from './schema-node.ts';
import { schemaUnsupported } from './schema-unsupported.ts';

/** The longest text that is copied for a number; `maxLength` does not apply to numbers. */
const NUMBER_MAX_LENGTH = 64;

/** A string with `x-docmill`: copied, and normalised where it says so. `format` speaks of the normalised value. */
export function compileVerbatimString(place: Place, isDate: boolean): VerbatimField {
  const normalize = readMarker(place);
  const pointer = pointerTo(place.pointer, 'x-docmill');
  if (normalize === 'number') {
    throw schemaUnsupported(pointer, 'a normalised number has `type` `number`, not `string`');
  }
  if (isDate && normalize !== 'date') {
    throw schemaUnsupported(pointer, 'a verbatim string of the format `date` needs `"normalize":"date"`');
  }
  // A copied text is never empty, so more than 1 is what could not be kept.
  readInteger(place, 'minLength', { from: 0, to: 1, fallback: 0 });
  return { type: 'verbatim', maxLength: readLength(place), ...(normalize === undefined ? {} : { normalize }) };
}

/** A number with `x-docmill`: its text is copied and becomes a number afterwards, so nothing can bound it. */
export function compileVerbatimNumber(place: Place): VerbatimField {
  if (readMarker(place) !== 'number') {
    throw schemaUnsupported(pointerTo(place.pointer, 'x-docmill'), 'a verbatim number needs `"normalize":"number"`');
  }
  for (const keyword of ['minimum', 'maximum']) {
    if (keyword in place.schema) {
      throw schemaUnsupported(
        pointerTo(place.pointer, keyword),
        'a number that is copied from the document has no bounds',
      );
    }
  }
  return { type: 'verbatim', maxLength: NUMBER_MAX_LENGTH, normalize: 'number' };
}

function readMarker(place: Place): Normalization | undefined {
  const marker = place.schema['x-docmill'];
  const pointer = pointerTo(place.pointer, 'x-docmill');
  if (!isJsonObject(marker) || marker['verbatim'] !== true) {
    throw schemaUnsupported(pointer, 'expected an object with `"verbatim":true`');
  }
  const unknown = Object.keys(marker).find((name) => name !== 'verbatim' && name !== 'normalize');
  if (unknown !== undefined) {
    throw schemaUnsupported(
      pointerTo(pointer, unknown),
      'this member is not known; there are `verbatim` and `normalize`',
    );
  }
  const normalize = marker['normalize'];
  if (normalize !== undefined && !isNormalization(normalize)) {
    throw schemaUnsupported(pointerTo(pointer, 'normalize'), 'expected `date`, `number` or `currency`');
  }
  return normalize;
}

function isNormalization(value: JsonValue): value is Normalization {
  return value === 'date' || value === 'number' || value === 'currency';
}
