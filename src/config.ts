import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../schemas/json.ts';
import { AppError, ioError, systemCode } from './errors.ts';
import type { Setting } from './setting-kinds.ts';
import { settings } from './settings.ts';

type Settings = typeof settings;
export type Config = { readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer T> ? T : never };

/** Values given as flags, by setting name. */
export type Flags = { readonly [Name in keyof Settings]?: unknown };

/**
 * Reads the configuration, once per process. A wrong flag is a `USAGE` error, a wrong variable or file entry a
 * `CONFIG_INVALID` error; each says what was expected and what was given.
 */
export function readConfig(flags: Flags, environment: NodeJS.ProcessEnv, directory: string): Config {
  const file = readConfigFile(configPath(directory));
  const values = Object.entries(settings).map(([name, setting]): [string, unknown] => {
    const flag: unknown = Reflect.get(flags, name);
    const variable = environment[setting.environment];
    if (flag !== undefined) return [name, parse(setting, flag, 'USAGE', `--${toKebabCase(name)}`)];
    if (variable !== undefined && variable !== '') {
      return [name, parse(setting, variable, 'CONFIG_INVALID', setting.environment)];
    }
    const entry: unknown = Reflect.get(file, name);
    if (entry !== undefined) return [name, parse(setting, entry, 'CONFIG_INVALID', `docmill.json: ${name}`)];
    return [name, setting.default];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value is what its setting's `parse` or default gave
  return Object.fromEntries(values) as Config;
}

function parse(setting: Setting<unknown>, value: unknown, code: 'USAGE' | 'CONFIG_INVALID', source: string): unknown {
  const parsed = setting.parse(value);
  if (parsed !== undefined) return parsed;
  const shown = setting.secret === true ? '' : `, got \`${String(value)}\``;
  throw new AppError(code, `Expected \`${source}\` to be ${setting.expected}${shown}.`);
}

/** The configuration file of a working directory. */
export function configPath(directory: string): string {
  return join(directory, 'docmill.json');
}

/** What a configuration file holds, its names checked; nothing where there is none. */
export function readConfigFile(path: string): object {
  try {
    const content = parseJson(readFileSync(path, 'utf8'));
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      throw new AppError('CONFIG_INVALID', `\`${path}\` is not a JSON object.`);
    }
    const unknown = Object.keys(content).find((name) => !Object.hasOwn(settings, name));
    if (unknown === undefined) return content;
    throw new AppError(
      'CONFIG_INVALID',
      `\`${path}\` has the unknown setting \`${unknown}\`; there are ${Object.keys(settings).join(', ')}.`,
    );
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    if (error instanceof AppError) throw error;
    throw ioError('read', path, error);
  }
}

function toKebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
