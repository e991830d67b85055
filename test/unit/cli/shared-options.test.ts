import { Command, CommanderError } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limitsSchema } from '../../../schemas/run.ts';
import { type PlanFlags, addPlanOptions, parseProbability, sharedOptions } from '../../../src/cli/shared-options.ts';

/** The flags of a command line; an error is the sentence that the user would read. */
function parse(...argv: readonly string[]): PlanFlags {
  const command = addPlanOptions(new Command('test')).addOption(sharedOptions.inputRoot());
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  return command.parse([...argv], { from: 'user' }).opts<PlanFlags>();
}

function refusal(...argv: readonly string[]): string {
  try {
    parse(...argv);
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
  }
  throw new Error('The command line was taken.');
}

describe('the options of a plan', () => {
  test('are left out where they were not given', () => {
    expect(parse()).toEqual({ seed: 0, keep: [], inputRoot: {} });
  });

  test('become what the plan needs', () => {
    const flags = parse(
      '--input',
      'a',
      'b',
      '--limit',
      '5',
      '--sample',
      '9',
      '--seed',
      '7',
      '--keep',
      'x, y,',
      '--run',
      'n',
    );
    expect(flags).toMatchObject({ input: ['a', 'b'], limit: 5, sample: 9, seed: 7, keep: ['x', 'y'], run: 'n' });
  });

  test.for(['body', '/mail/body', 'a b~', '/a~1b'])('take %j as a field of records', (field) => {
    expect(parse('--text-field', field, '--id-field', field)).toMatchObject({ textField: field, idField: field });
  });

  test('take the names of columns as they are', () => {
    expect(parse('--text-column', '/a~b', '--id-column', ' x')).toMatchObject({ textColumn: '/a~b', idColumn: ' x' });
    expect(refusal('--text-column', '')).toContain('Expected the name of a column.');
  });

  test.for(['', '/', '/a~b'])('take no %j as a field of records', (field) => {
    expect(refusal('--text-field', field)).toContain('Expected the name of a member');
  });

  test.for(['-1', '1.5', '1e3', '', 'many', '9007199254740993'])('take no %j as a count', (value) => {
    expect(refusal('--limit', value)).toContain('Expected a whole number.');
  });

  test.for([
    ['5', 5],
    ['0', 0],
    ['5%', { percent: 5 }],
    ['0.5%', { percent: 0.5 }],
    ['100%', { percent: 100 }],
  ] as const)('take %s as most failures', ([text, expected]) => {
    expect(parse('--max-failures', text).maxFailures).toEqual(expected);
  });

  test.for(['101%', '%', '-5%', '5 %', '1.5'])('take no %j as most failures', (text) => {
    expect(refusal('--max-failures', text)).toContain('Expected');
  });

  test('take a time as a moment from now, in a form that the run can be written with', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.constantFrom('s', 'm', 'h', 'd'), (amount, unit) => {
        const seconds = amount * { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
        const before = Date.now();
        const { deadline = '' } = parse('--deadline', `${amount}${unit}`);
        expect(Date.parse(deadline)).toBeGreaterThanOrEqual(before + seconds * 1000);
        expect(Date.parse(deadline)).toBeLessThanOrEqual(Date.now() + seconds * 1000);
        expect(limitsSchema.safeParse({ deadline }).success).toBe(true);
      }),
    );
  });

  test('take an ISO 8601 moment in any time zone', () => {
    expect(parse('--deadline', '2026-12-24T18:00:00+01:00').deadline).toBe('2026-12-24T17:00:00.000Z');
  });

  test.for(['tomorrow', '8', '8 h', '2026-12-24', '2026-13-01T00:00:00Z', '9999999d', '99999999999999d'])(
    'take no %j as a deadline',
    (text) => {
      expect(refusal('--deadline', text)).toContain('Expected a time like `90m`');
    },
  );

  test.for(['', '.hidden', 'a/b', '..', 'ä', 'x'.repeat(101)])('take no %j as the name of a run', (name) => {
    expect(refusal('--run', name)).toContain('Expected letters, digits');
  });

  test('collect input roots, the last one of a name winning', () => {
    expect(parse('--input-root', 'docs=/a', '--input-root', 'mail=/b=c', '--input-root', 'docs=/d')).toMatchObject({
      inputRoot: { docs: '/d', mail: '/b=c' },
    });
    for (const text of ['docs', '=dir', 'docs=']) expect(refusal('--input-root', text)).toContain('Expected NAME=DIR.');
  });

  test('take a probability from 0 to 1', () => {
    expect(['0', '0.8', '1'].map(parseProbability)).toEqual([0, 0.8, 1]);
    for (const text of ['', ' ', '-0.1', '1.1', 'high', 'NaN']) {
      expect(() => parseProbability(text)).toThrow('Expected a number from 0 to 1.');
    }
  });
});
