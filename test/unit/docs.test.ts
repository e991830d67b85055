import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { generatedPages } from '../../scripts/generated-docs.ts';
import { resultJsonSchema } from '../../scripts/result-schema.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import { describeTask } from '../../src/task/describe-task.ts';
import { loadTask } from '../../src/task/load-task.ts';
import { shortFormTask } from '../../src/task/short-form-task.ts';
import { createFastFiles } from '../support/fast-files.ts';

const root = join(import.meta.dirname, '../..');
const tasksPage = readFileSync(join(root, 'docs/tasks.md'), 'utf8');

/** The code blocks of a language on the page about tasks. */
function blocks(language: string): string[] {
  return [...tasksPage.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
}

const descriptionSchema = z.looseObject({ fields: z.array(z.looseObject({ pointer: z.string() })) });

/** The fields of a task file, by the program itself: in a test's own process `docmill/task` cannot be imported. */
function fieldsByProgram(file: string) {
  const docmill = join(root, 'bin', 'docmill.js');
  const { stdout, stderr } = spawnSync(process.execPath, [docmill, 'tasks', file, '--json'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return descriptionSchema.parse(JSON.parse(stdout)).fields;
}

describe('what is generated is as the code says', () => {
  test.for(generatedPages())('$path (else: npm run docs)', ({ written, wanted }) => {
    expect(written).toBe(wanted);
  });

  test('schemas/result.schema.json (else: npm run schema)', () => {
    const written: unknown = JSON.parse(readFileSync(join(root, 'schemas/result.schema.json'), 'utf8'));
    expect(JSON.stringify(written)).toBe(JSON.stringify(resultJsonSchema()));
  });
});

test('the schema of a result line is closed, has a title, and no id that anybody could want to fetch', () => {
  const schema = z
    .looseObject({
      title: z.string(),
      oneOf: z.array(z.looseObject({ additionalProperties: z.literal(false) })).length(3),
    })
    .parse(resultJsonSchema());
  expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(schema).not.toHaveProperty('$id');
});

describe('the tasks of the docs can be used', () => {
  test('in TypeScript and in JSON, and say the same', async () => {
    await using files = await createFastFiles();
    const [typescript = ''] = blocks('ts');
    const [json = ''] = blocks('json');
    const fromTypescript = fieldsByProgram(await files.write('contract.ts', typescript));
    expect(fromTypescript.map(({ pointer }) => pointer)).toEqual([
      '/party',
      '/signedOn',
      '/kind',
      '/penalties',
      '/penalties/*',
      '/penalties/*/reason',
      '/penalties/*/automatic',
    ]);
    const fromJson = compileTask(await loadTask(await files.write('contract.json', json)));
    expect(describeTask(fromJson).fields).toEqual(fromTypescript.slice(0, 3));
  }, 30_000);

  test('in short form', () => {
    const schemas = [...tasksPage.matchAll(/--schema '([^']+)'/g)].map(([, schema = '']) => schema);
    expect(schemas.length).toBeGreaterThanOrEqual(3);
    for (const schema of schemas)
      expect(compileTask(shortFormTask(schema)).output.properties.length).toBeGreaterThan(1);
  });
});
