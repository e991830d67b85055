import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/**
 * Parses an object with the name `\` some times, and then one with the name `"`: Node 24.21 takes the escape that the
 * second one begins with for the name that it expects. Why a schema may have no such names (`compile-output.ts`); when
 * this test fails, Node is mended and they can be allowed.
 */
const PARSE = String.raw`
for (let time = 0; time < 20; time += 1) JSON.parse('{"\\\\":1}');
process.stdout.write(JSON.stringify(Object.keys(JSON.parse('{"\\"":1}'))));`;

test('this Node takes one escaped name for another, so that a schema must not have them', () => {
  const names: unknown = JSON.parse(execFileSync(process.execPath, ['-e', PARSE], { encoding: 'utf8' }));
  expect(names).toEqual(['\\']);
});
