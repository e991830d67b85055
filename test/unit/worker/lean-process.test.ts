import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/package-root.ts';
import { LEAN_ENVIRONMENT } from '../../../src/worker/lean-process.ts';

const read = (name: string): string => readFileSync(join(packageRoot(), name), 'utf8');

test('the image starts docmill as `run` starts its workers, and the documentation says how', () => {
  const variables = Object.entries(LEAN_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  expect(read('Dockerfile')).toContain(`ENV ${variables.join(' ')}\n`);
  expect(read('docs/operations.md')).toContain(`\`${variables.join(' ')}\``);
});
