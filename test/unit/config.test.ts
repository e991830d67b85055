import { describe, expect, test } from 'vitest';
import { type Flags, readConfig } from '../../src/config.ts';
import { settings } from '../../src/settings.ts';
import { isAppError } from '../../src/errors.ts';
import { createFastFiles } from '../support/fast-files.ts';

const nowhere = '/nonexistent';

/** The error of a configuration that is refused. */
function refusal(flags: Flags, environment: NodeJS.ProcessEnv, directory = nowhere) {
  try {
    readConfig(flags, environment, directory);
  } catch (error) {
    if (isAppError(error)) return error;
  }
  throw new Error('The configuration was taken.');
}

describe('the configuration', () => {
  test('is all defaults where nothing is said', () => {
    const expected = Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default]));
    expect(readConfig({}, {}, nowhere)).toEqual(expected);
    expect(readConfig({ out: undefined }, { DOCMILL_OUT: '' }, nowhere)).toEqual(expected);
  });

  test('takes a flag over a variable, and a variable over the file', async () => {
    await using files = await createFastFiles({ 'docmill.json': '{"out":"file","workers":3,"model":"stub:"}' });
    const environment = { DOCMILL_OUT: 'variable', DOCMILL_WORKERS: '4' };
    expect(readConfig({ out: 'flag' }, environment, files.directory)).toMatchObject({
      out: 'flag',
      workers: 4,
      model: 'stub:',
    });
  });

  test('has defaults that it would take itself, and a variable of its own for each setting', () => {
    for (const [name, setting] of Object.entries(settings)) {
      expect([name, setting.default === undefined || setting.parse(setting.default) === setting.default]).toEqual([
        name,
        true,
      ]);
      expect(setting.meaning).toMatch(/\.$/);
    }
    const variables = Object.values(settings).map(({ environment }) => environment);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test.for(['0', '1025', '2.5', '-1', '1e2', ' 4', 'four', '0x4'])(
    'refuses %j workers and says what it expects',
    (value) => {
      const error = refusal({}, { DOCMILL_WORKERS: value });
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 78 });
      expect(error.message).toBe(`Expected \`DOCMILL_WORKERS\` to be an integer from 1 to 1024, got \`${value}\`.`);
    },
  );

  test('calls a wrong flag an error of usage, by the name of the flag', () => {
    const error = refusal({ topUpMs: '5' }, {});
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 64 });
    expect(error.message).toContain('`--top-up-ms`');
  });

  test('never shows what was given as the URL of the queue [S8]', async () => {
    await using files = await createFastFiles({ 'docmill.json': '{"redisUrl":["redis://:secret@host"]}' });
    expect(refusal({}, {}, files.directory).message).not.toContain('secret');
  });

  test('refuses a file that is no object, or has a setting that is not there', async () => {
    await using files = await createFastFiles();
    for (const content of ['', '[]', '"out"', '{"out":']) {
      await files.write('docmill.json', content);
      expect(refusal({}, {}, files.directory)).toMatchObject({ code: 'CONFIG_INVALID' });
    }
    await files.write('docmill.json', '{"wrokers":3}');
    expect(refusal({}, {}, files.directory).message).toContain('`wrokers`; there are out, model,');
    await files.write('docmill.json', '{"__proto__":3}');
    expect(refusal({}, {}, files.directory).message).toContain('`__proto__`');
    await files.write('docmill.json', '{"workers":null}');
    expect(refusal({}, {}, files.directory).message).toContain('`docmill.json: workers`');
  });
});
