import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/package-root.ts';
import { LEAN_PROCESS } from '../../../src/worker/lean-process.ts';

const read = (name: string): string => readFileSync(join(packageRoot(), name), 'utf8');

test('the image starts docmill as `run` starts its workers, and the documentation says how', () => {
  const [dockerfile, operations] = [read('Dockerfile'), read('docs/operations.md')];
  const variables = Object.entries(LEAN_PROCESS.environment).map(([name, value]) => `${name}=${value}`);
  expect(dockerfile).toContain(`ENTRYPOINT ["node", "${LEAN_PROCESS.nodeFlags.join('", "')}", "/app/bin/docmill.js"]`);
  for (const variable of variables) expect(dockerfile).toMatch(new RegExp(`^ENV .*\\b${variable}\\b`, 'm'));
  expect(operations).toContain([...variables, `NODE_OPTIONS=${LEAN_PROCESS.nodeFlags.join(' ')}`].join(' '));
});
