import { spawnSync } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sha256Schema } from '../../../schemas/ids.ts';
import { readConfig } from '../../../src/config.ts';
import { settings } from '../../../src/settings.ts';
import { queueName } from '../../../src/queue/backend.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { first } from '../../support/first.ts';
import { readYaml } from './read-yaml.ts';

const FOLDER = ['deploy', 'kubernetes'];
const ROOT = join(import.meta.dirname, '../../..');

/** Every kind that is used: its class, which validates, and the module that has its type. */
const kinds = {
  Deployment: { Model: Deployment, module: 'kubernetes-models/apps/v1/Deployment' },
  Job: { Model: Job, module: 'kubernetes-models/batch/v1/Job' },
  NetworkPolicy: { Model: NetworkPolicy, module: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy' },
  PersistentVolumeClaim: { Model: PersistentVolumeClaim, module: 'kubernetes-models/v1/PersistentVolumeClaim' },
  PodDisruptionBudget: { Model: PodDisruptionBudget, module: 'kubernetes-models/policy/v1/PodDisruptionBudget' },
  ScaledObject: { Model: ScaledObject, module: '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject' },
  TriggerAuthentication: {
    Model: TriggerAuthentication,
    module: '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication',
  },
} as const;
type Kind = keyof typeof kinds;

const kindSchema = z.custom<Kind>((name) => typeof name === 'string' && Object.hasOwn(kinds, name));
const resourceSchema = z.looseObject({ kind: kindSchema, metadata: z.object({ name: z.string() }) });
type Resource = z.infer<typeof resourceSchema>;

const podSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    terminationGracePeriodSeconds: z.int().optional(),
    containers: z.array(
      z.looseObject({ volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })) }),
    ),
    volumes: z.array(
      z.looseObject({ name: z.string(), persistentVolumeClaim: z.looseObject({ claimName: z.string() }).optional() }),
    ),
  }),
});

const kustomization = z
  .looseObject({
    resources: z.array(z.string()),
    configMapGenerator: z.array(z.object({ name: z.string(), literals: z.array(z.string()) })).length(1),
  })
  .parse(readYaml(...FOLDER, 'kustomization.yaml')[0]);

const resources = kustomization.resources.flatMap((file) =>
  readYaml(...FOLDER, file).map((resource) => ({ file, resource: resourceSchema.parse(resource) })),
);

/** The one resource of a kind. */
function theOne(kind: Kind): Resource {
  return first(resources.filter(({ resource }) => resource.kind === kind)).resource;
}

/** The pods that a resource of this kind makes. */
function podOf(kind: 'Deployment' | 'Job') {
  return z.object({ spec: z.object({ template: podSchema }) }).parse(theOne(kind)).spec.template;
}

test('the kustomization names every file of its folder', () => {
  const files = readdirSync(join(ROOT, ...FOLDER)).filter((name) => name !== 'kustomization.yaml');
  expect(kustomization.resources.toSorted()).toEqual(files.toSorted());
});

test.for(resources)('$file: $resource.kind $resource.metadata.name is as its schema says', ({ resource }) => {
  const { Model } = kinds[resource.kind];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whether it is one is what the validator says
  expect(() => new Model(resource as never).validate()).not.toThrow();
});

// The validators let through members that they do not know; for the compiler they are errors.
describe('a compiler that knows the types of Kubernetes', () => {
  test('finds no member that nobody knows', async () => {
    expect(await compile(toSource(resources.map(({ resource }) => resource)))).toEqual({ stdout: '', status: 0 });
  });

  test('would find one', async () => {
    const wrong: Resource = { ...theOne('PodDisruptionBudget'), specs: {} };
    expect((await compile(toSource([wrong]))).stdout).toMatch(/specs\W+ does not exist/);
  });
});

async function compile(source: string) {
  await using files = await createFastFiles();
  symlinkSync(join(ROOT, 'node_modules'), join(files.directory, 'node_modules'));
  const file = await files.write('resources.ts', source);
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--module', 'nodenext'];
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const { stdout, status } = spawnSync(tsc, [...flags, file], { encoding: 'utf8', cwd: files.directory });
  return { stdout, status };
}

/** A program that declares every resource with its type. */
function toSource(all: readonly Resource[]): string {
  const lines = all.flatMap((resource, index) => [
    `import type { I${resource.kind} as Kind${index} } from '${kinds[resource.kind].module}';`,
    `export const resource${index}: Kind${index} = ${JSON.stringify(resource)};`,
  ]);
  return lines.join('\n');
}

const literals = Object.fromEntries(
  kustomization.configMapGenerator
    .flatMap(({ literals }) => literals)
    .map((literal) => {
      const split = literal.indexOf('=');
      return [literal.slice(0, split), literal.slice(split + 1)] as const;
    }),
);

test('every setting of the workers is one that docmill reads', () => {
  const known = Object.values(settings).map(({ environment }) => environment);
  expect(known).toEqual(expect.arrayContaining(Object.keys(literals)));
});

test('workers are called by the lists of the very queue that they take their jobs from', () => {
  const model = sha256Schema.parse(literals['DOCMILL_MODEL']?.split('#sha256=')[1]);
  const { queuePrefix } = readConfig({}, {}, FOLDER.join('/'));
  const { triggers } = z
    .object({ spec: z.object({ triggers: z.array(z.object({ metadata: z.object({ listName: z.string() }) })) }) })
    .parse(theOne('ScaledObject')).spec;
  const queue = `${queuePrefix}:${queueName(model)}`;
  expect(triggers.map(({ metadata }) => metadata.listName)).toEqual([`${queue}:wait`, `${queue}:active`]);
});

test.for(['Deployment', 'Job'] as const)('the volumes of the %s are claimed, and mounted where it says', (kind) => {
  const { spec } = podOf(kind);
  const claims = resources.filter(({ resource }) => resource.kind === 'PersistentVolumeClaim');
  const wanted = spec.volumes.flatMap(({ persistentVolumeClaim: claim }) =>
    claim === undefined ? [] : [claim.claimName],
  );
  expect(wanted.toSorted()).toEqual(claims.map(({ resource }) => resource.metadata.name).toSorted());
  const mounts = spec.containers.flatMap(({ volumeMounts }) => volumeMounts);
  expect(mounts.map(({ name, mountPath }) => `/${name}` === mountPath)).not.toContain(false);
  expect(mounts.map(({ name }) => name).toSorted()).toEqual(spec.volumes.map(({ name }) => name).toSorted());
});

test.for(['PodDisruptionBudget', 'NetworkPolicy'] as const)('the %s selects the workers', (kind) => {
  const selector = z.object({ matchLabels: z.record(z.string(), z.string()) });
  const { spec } = z
    .object({ spec: z.object({ selector: selector.optional(), podSelector: selector.optional() }) })
    .parse(theOne(kind));
  const wanted = spec.selector ?? spec.podSelector;
  expect(wanted).toBeDefined();
  expect(podOf('Deployment').metadata.labels).toMatchObject(wanted?.matchLabels ?? {});
});

test('a worker has more time to stop than it takes', () => {
  const { drainMs } = readConfig({}, {}, FOLDER.join('/'));
  expect(podOf('Deployment').spec.terminationGracePeriodSeconds).toBeGreaterThan(drainMs / 1000 + 5);
});
