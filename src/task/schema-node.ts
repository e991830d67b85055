import { type JsonObject, type Pointer, isJsonArray, pointerTo } from '../../schemas/json.ts';
import { schemaUnsupported } from './schema-unsupported.ts';
import { type SchemaForm, supportsKeyword } from './supported-keywords.ts';

/** A schema node and where it was met: its pointer, the whole schema, its depth in fields and the `$ref`s on the way. */
export type Place = {
  readonly schema: JsonObject;
  readonly pointer: Pointer;
  readonly root: JsonObject;
  readonly depth: number;
  readonly references: readonly Pointer[];
  /** Shared by all places of one compilation. */
  readonly count: { fields: number };
};

/** What a schema node is and whether its `type` allows null; throws on a keyword that this form does not support. */
export function readForm(place: Place): { form: SchemaForm; nullable: boolean } {
  const { form, nullable } = detectForm(place);
  for (const keyword of Object.keys(place.schema)) {
    if (!supportsKeyword(keyword, form, place.pointer === '')) {
      throw schemaUnsupported(
        pointerTo(place.pointer, keyword),
        `keyword \`${keyword}\` is not supported ${form === 'labels' ? 'beside `enum` or `const`' : `on this ${form}`}`,
      );
    }
  }
  return { form, nullable };
}

/** The integer that a keyword holds, or `fallback` where it is absent; throws outside [`from`, `to`]. */
export function readInteger(
  place: Place,
  keyword: string,
  range: { readonly from: number; readonly to: number; readonly fallback: number },
): number {
  const value = keyword in place.schema ? place.schema[keyword] : range.fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < range.from || value > range.to) {
    throw schemaUnsupported(
      pointerTo(place.pointer, keyword),
      `expected an integer from ${range.from} to ${range.to}, got \`${JSON.stringify(place.schema[keyword])}\``,
    );
  }
  return value;
}

/** The `maxLength` of a string, in code points. */
export function readLength(place: Place): number {
  return readInteger(place, 'maxLength', { from: 1, to: 4096, fallback: 256 });
}

function detectForm(place: Place): { form: SchemaForm; nullable: boolean } {
  const { schema } = place;
  if ('$ref' in schema) {
    return { form: 'reference', nullable: false };
  }
  if ('anyOf' in schema || 'oneOf' in schema) {
    return { form: 'union', nullable: false };
  }
  const { type, nullable } = readType(place);
  if ('enum' in schema || 'const' in schema) {
    if (type !== undefined && type !== 'string') {
      throw schemaUnsupported(pointerTo(place.pointer, 'type'), 'only strings can be labels');
    }
    return { form: 'labels', nullable };
  }
  if (type === undefined) {
    throw schemaUnsupported(place.pointer, missingType(schema));
  }
  return { form: type, nullable };
}

/** `nullable` is true without a `type`, because then nothing forbids null. */
function readType(place: Place): { type: BasicType | undefined; nullable: boolean } {
  const value = place.schema['type'];
  if (value === undefined) {
    return { type: undefined, nullable: true };
  }
  const types = isJsonArray(value) ? value : [value];
  const rest = types.filter((type) => type !== 'null');
  const [type] = rest;
  if (rest.length !== 1 || types.length > 2 || !isBasicType(type)) {
    throw schemaUnsupported(
      pointerTo(place.pointer, 'type'),
      `expected one of ${basicTypes.map((name) => `\`${name}\``).join(', ')}, or a list of one of them and \`null\``,
    );
  }
  return { type, nullable: types.length === 2 };
}

const basicTypes = ['object', 'array', 'string', 'integer', 'number', 'boolean'] as const;
type BasicType = (typeof basicTypes)[number];

function isBasicType(type: unknown): type is BasicType {
  return basicTypes.some((name) => name === type);
}

function missingType(schema: JsonObject): string {
  const keyword = Object.keys(schema).find((name) => !supportsKeyword(name, 'object', true));
  return keyword === undefined ? 'it has no `type`' : `keyword \`${keyword}\` is not supported`;
}
