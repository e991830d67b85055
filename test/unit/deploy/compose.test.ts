import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../../src/config.ts';
import { settings } from '../../../src/settings.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { readRepositoryFile, readYaml } from './read-yaml.ts';

const ROOT = join(import.meta.dirname, '../../..');
const compose = readRepositoryFile('docker-compose.yml');
const example = readRepositoryFile('.env.example');
const dockerfile = readRepositoryFile('Dockerfile');
const used = new Set([...compose.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name));
const explained = new Map([...example.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

const serviceSchema = z.looseObject({
  environment: z.record(z.string(), z.string()),
  stop_grace_period: z.string().optional(),
  ports: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  // An unquoted colon would make a map of a word.
  healthcheck: z.looseObject({ test: z.array(z.string()).optional() }).optional(),
});
const { services, networks } = z
  .object({
    services: z.record(z.string(), serviceSchema),
    networks: z.record(
      z.string(),
      z.object({ internal: z.boolean().optional(), driver_opts: z.record(z.string(), z.string()).optional() }),
    ),
  })
  .parse(readYaml('docker-compose.yml')[0]);

test('.env.example sets nothing that compose does not read', () => {
  expect([...explained.keys()].filter((name) => !used.has(name))).toEqual([]);
});

test('what compose reads has a value in .env.example, or a default beside it', () => {
  const bare = [...compose.matchAll(/\$\{(\w+)(?::\?[^}]*)?\}/g)].map(([, name = '']) => name);
  expect(bare.filter((name) => !explained.has(name))).toEqual([]);
});

test('the model of .env.example is the demo model, with its hash', () => {
  const sha256 = sha256Of(readFileSync(join(ROOT, 'models', 'demo.gguf')));
  expect(explained.get('DOCMILL_MODEL')).toBe(`'/models/demo.gguf#sha256=${sha256}'`);
});

test('every setting of a service is one that docmill reads', () => {
  const known = new Set<string>(Object.values(settings).map(({ environment }) => environment));
  const { redis: _redis, ...ours } = services;
  const set = Object.values(ours).flatMap(({ environment }) => Object.keys(environment));
  expect(set.filter((name) => !known.has(name))).toEqual([]);
});

test('a worker has more time to stop than it takes', () => {
  const { drainMs } = readConfig({}, {}, ROOT);
  expect(Number.parseInt(services['worker']?.stop_grace_period ?? '0', 10)).toBeGreaterThan(drainMs / 1000 + 5);
});

test('all services but the dashboard share one network without a way out, and publish no port', () => {
  const { dashboard, ...others } = services;
  expect(networks['queue']).toEqual({ internal: true });
  for (const one of Object.values(others)) expect([one['networks'], one.ports]).toEqual([['queue'], undefined]);
  expect(dashboard?.['networks']).toEqual(['queue', 'page']);
});

test('the dashboard is published on this machine alone, on a network that translates no address, and reads only', () => {
  const { dashboard, worker } = services;
  expect(dashboard?.ports).toEqual(['127.0.0.1:${DOCMILL_DASHBOARD_PORT:-8790}:8790']);
  expect(networks['page']?.driver_opts).toEqual({ 'com.docker.network.bridge.enable_ip_masquerade': 'false' });
  expect(dashboard?.['volumes']).toEqual(['${DOCMILL_OUT:-out}:/out:ro']);
  for (const guard of ['user', 'read_only', 'cap_drop', 'security_opt', 'pids_limit']) {
    expect([guard, dashboard?.[guard]]).toEqual([guard, worker?.[guard]]);
    expect(dashboard?.[guard]).toBeDefined();
  }
});

test('the image has the Node that the tests run on', () => {
  const { devDependencies } = z
    .object({ devDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(readRepositoryFile('package.json')));
  expect(dockerfile).toContain(`ARG BUILD_IMAGE=node:${devDependencies.node}-`);
});

test('what pins the demo model pins the one that is there', () => {
  const hash = sha256Of(readFileSync(join(ROOT, 'models/demo.gguf')));
  for (const path of ['.env.example', 'deploy/kubernetes/kustomization.yaml']) {
    const pins = readRepositoryFile(path).match(/(?<=demo\.gguf#sha256=)[0-9a-f]+/g);
    expect([path, pins]).toEqual([path, [hash]]);
  }
});
