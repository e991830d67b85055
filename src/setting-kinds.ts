/** A setting: where it comes from, what it may be, and how the docs tell of it. */
export type Setting<T> = {
  readonly environment: string;
  readonly default: T;
  /** How the default reads in the docs where it is not a constant. */
  readonly shownDefault?: string;
  readonly expected: string;
  readonly meaning: string;
  /** Its value may be, or hold, a password: it is never shown. */
  readonly secret?: true;
  readonly parse: (value: unknown) => T | undefined;
};

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** How the default of an engine setting reads. */
const BY_MODEL = 'what fits the model';

export function text(environment: string, value: string, meaning: string): Setting<string> {
  return {
    environment,
    default: value,
    expected: 'a text that is not empty',
    meaning,
    parse: (given) => (typeof given === 'string' && given !== '' ? given : undefined),
  };
}

export function optionalText(environment: string, meaning: string): Setting<string | undefined> {
  return { ...text(environment, '', meaning), default: undefined, shownDefault: 'none' };
}

export function integer(
  environment: string,
  value: number,
  minimum: number,
  maximum: number,
  meaning: string,
  shownDefault = String(value),
): Setting<number> {
  return {
    environment,
    default: value,
    shownDefault,
    expected: `an integer from ${minimum} to ${maximum}`,
    meaning,
    parse: (given) => {
      const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
      return Number.isInteger(number) && Number(number) >= minimum && Number(number) <= maximum
        ? Number(number)
        : undefined;
    },
  };
}

export function boolean(environment: string, value: boolean, meaning: string): Setting<boolean> {
  return {
    environment,
    default: value,
    expected: '`true` or `false`',
    meaning,
    parse: (given) => BOOLEANS.get(given),
  };
}

export function oneOf<Value extends string>(
  environment: string,
  values: readonly Value[],
  value: Value,
  meaning: string,
): Setting<Value> {
  return {
    environment,
    default: value,
    expected: `one of ${values.join(', ')}`,
    meaning,
    parse: (given) => values.find((known) => known === given),
  };
}

/** A setting of the engine: where it is not given, the model decides. */
export function optionalInteger(
  environment: string,
  minimum: number,
  maximum: number,
  meaning: string,
): Setting<number | undefined> {
  return { ...integer(environment, minimum, minimum, maximum, meaning), default: undefined, shownDefault: BY_MODEL };
}

export function optionalBoolean(environment: string, meaning: string): Setting<boolean | undefined> {
  return { ...boolean(environment, false, meaning), default: undefined, shownDefault: BY_MODEL };
}
