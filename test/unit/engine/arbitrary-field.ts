import fc from 'fast-check';
import type { Normalization } from '../../../schemas/task.ts';
import type { ArrayField, Field, FieldKind, ObjectField } from '../../../src/task/field.ts';

/** Texts with what makes copying hard: scripts, emoji, quotes, tabs, line ends, blanks, repeats. */
export const textArbitrary: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '12.50',
        '4 312,50',
        '-7',
        '٣',
        'EUR',
        'Nordlicht GmbH',
        '"quoted"',
        'C:\\x',
        'a\tb',
        '東京',
        'é',
        '👩‍👩‍👧',
        ' ',
        '\n',
        '\r\n',
        '\u00a0',
        '\ud800',
        '\0',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const labels = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom('a', 'ab', 'abc', 'b', 'null', 'true', ']', '"', 'ü', '東京', '東西', ''),
    fc.string({ maxLength: 4 }),
  ),
  { minLength: 1, maxLength: 6 },
);

/** The largest bounds that a schema may have, and small ones, which let a number have many decimals. */
const extremes = fc.constantFrom(-1e15, -1e-19, 1.5e-19, 1e-9, 1e15);

const kind: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ nullable: fc.boolean(), type: fc.constant('label' as const), labels }),
  fc.record({ nullable: fc.boolean(), type: fc.constant('boolean' as const) }),
  fc.record({ nullable: fc.boolean(), type: fc.constant('date' as const) }),
  bounds(fc.integer({ min: -2000, max: 2000 })).map(({ minimum, maximum, nullable }) => {
    return { nullable, type: 'integer' as const, minimum, maximum };
  }),
  bounds(
    fc.oneof(fc.integer({ min: -50, max: 50 }), fc.double({ min: -20, max: 20, noNaN: true }).map(coarse), extremes),
  ).map(({ minimum, maximum, nullable }) => ({ nullable, type: 'number' as const, minimum, maximum })),
  fc.record({ nullable: fc.boolean(), minLength: fc.nat(3), more: fc.nat(5) }).map(({ nullable, minLength, more }) => {
    return { nullable, type: 'string' as const, minLength, maxLength: minLength + more };
  }),
  fc.record(
    {
      nullable: fc.boolean(),
      type: fc.constant('verbatim' as const),
      maxLength: fc.integer({ min: 1, max: 12 }),
      normalize: fc.constantFrom<Normalization>('number', 'date', 'currency'),
    },
    { requiredKeys: ['nullable', 'type', 'maxLength'] },
  ),
);

const { field } = fc.letrec<{ field: Field }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    kind,
    fc.tuple(object(tie('field')), fc.boolean()).map(([members, nullable]) => withNull(members, nullable)),
    fc
      .record({ nullable: fc.boolean(), items: tie('field'), minItems: fc.nat(2), more: fc.nat(2) })
      .map(({ nullable, items, minItems, more }) => withNull(array(items, minItems, minItems + more), nullable)),
  ),
}));

/** Field trees as `compileTask` makes them: any kind, nested, every bound consistent. */
export const outputArbitrary: fc.Arbitrary<Field & ObjectField> = object(field).map((members) =>
  withNull(members, false),
);

function withNull<Kind extends FieldKind>(fieldKind: Kind, nullable: boolean): Kind & { readonly nullable: boolean } {
  return { ...fieldKind, nullable };
}

function object(member: fc.Arbitrary<Field>): fc.Arbitrary<ObjectField> {
  // Without those that a schema may not have.
  const name = fc
    .oneof(fc.constantFrom('total', 'a b', "'", '/~', '東', '0'), fc.string({ maxLength: 4 }))
    .filter((text) => JSON.stringify(text) === `"${text}"`);
  const properties = fc
    .uniqueArray(fc.record({ name, field: member }), { maxLength: 4, selector: (property) => property.name })
    .filter((all) => all.every((property) => property.name !== '__proto__'));
  return properties.map((all) => ({ type: 'object', properties: all }));
}

function array(items: Field, minItems: number, maxItems: number): ArrayField {
  if (items.type === 'label' && !items.nullable) {
    const most = Math.min(maxItems, items.labels.length);
    return { type: 'array', items, minItems: Math.min(minItems, most), maxItems: Math.max(1, most), unique: true };
  }
  return { type: 'array', items, minItems, maxItems: Math.max(1, maxItems), unique: false };
}

function bounds(bound: fc.Arbitrary<number>): fc.Arbitrary<{ minimum: number; maximum: number; nullable: boolean }> {
  return fc.record({ pair: fc.tuple(bound, bound), nullable: fc.boolean() }).map(({ pair, nullable }) => {
    return { minimum: Math.min(...pair), maximum: Math.max(...pair), nullable };
  });
}

function coarse(value: number): number {
  return Math.round(value * 1e7) / 1e7;
}
