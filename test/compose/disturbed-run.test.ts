import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, inject, test as base } from 'vitest';
import {
  containerInWork,
  createComposeProject,
  sharedOutput,
  untilWorkers,
  waitUntilPatiently,
} from '../support/compose-project.ts';
import { docker } from '../support/containers.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { type Workplace, calmResults, createWorkplace, ledgerOf } from '../support/workplace.ts';

const compose = inject('compose');
const ROOT = join(import.meta.dirname, '../..');
const OUT = 'shared-out';

// oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which other fixtures are needed
const test = base.extend('place', async ({}, { onCleanup }) => {
  const place = await createWorkplace({});
  onCleanup(place.close);
  return place;
});

test.skipIf(compose === null)(
  'workers that come, go and are killed, and a Redis that restarts, leave the bytes of a calm run [O8]',
  async ({ place }) => {
    await writeDocuments(place.path('docs'), 60, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, ['--input', 'docs', '--task', 'ticket', '--model', 'stub:']);
    await using project = await openProject(place, { DOCMILL_MODEL: 'stub:delay=100' });
    await project.scale(1);
    expect(await project.docmill(...enqueue('ticket'))).toMatchObject({ code: 0 });
    await untilMoreParts(place);
    await project.scale(3);
    await untilWorkers(place.path(OUT), 3);
    await docker('kill', await containerInWork(place.path(OUT)));
    await untilMoreParts(place);
    await project.compose('restart', 'redis');
    await untilMoreParts(place);
    await project.scale(1);
    // Or all of that came too late to disturb anything.
    expect(await isComplete(place)).toBe(false);
    await waitUntilPatiently('the run is complete', () => isComplete(place));
    expect(await results(place)).toBe(calm);
    expect(await project.docmill('verify', 'demo')).toMatchObject({ code: 0 });
  },
);

test.skipIf(compose === null)(
  'the demo model answers in containers as it does outside, though one of them is killed at work',
  async ({ place }) => {
    await copyInvoices(place.path('docs'), 2);
    const model = join(ROOT, 'models', 'demo.gguf');
    const calm = await calmResults(place, ['--input', 'docs', '--task', 'invoice', '--model', model]);
    await using project = await openProject(place);
    await project.scale(1);
    expect(await project.docmill(...enqueue('invoice'))).toMatchObject({ code: 0 });
    await untilMoreParts(place, 1);
    await docker('kill', await project.only('worker'));
    expect(await isComplete(place)).toBe(false);
    await project.scale(2);
    await waitUntilPatiently('the run is complete', () => isComplete(place));
    expect(await results(place)).toBe(calm);
    expect(await project.docmill('verify', 'demo')).toMatchObject({ code: 0 });
  },
);

async function openProject(place: Workplace, variables: NodeJS.ProcessEnv = {}) {
  if (compose === null) throw new Error('There is no Compose.');
  const output = await sharedOutput(place, OUT);
  return createComposeProject(compose, { ...output, DOCMILL_INPUT: place.path('docs'), ...variables });
}

function enqueue(task: string): string[] {
  return ['enqueue', '--input', '/input', '--task', task, '--run', 'demo'];
}

/** Waits until more shards are done than now. */
async function untilMoreParts(place: Workplace, more = 2): Promise<void> {
  const ledger = ledgerOf(place, 'demo', OUT);
  const wanted = (await ledger.parts()).length + more;
  await waitUntilPatiently(`${wanted} parts are there`, async () => (await ledger.parts()).length >= wanted);
}

async function isComplete(place: Workplace): Promise<boolean> {
  return (await ledgerOf(place, 'demo', OUT).states()).some((name) => name.endsWith('-complete'));
}

function results(place: Workplace): Promise<string> {
  return ledgerOf(place, 'demo', OUT).results();
}

/** The example invoices several times over. */
async function copyInvoices(directory: string, times: number): Promise<void> {
  await mkdir(directory);
  const from = join(ROOT, 'examples', 'invoices');
  for (const name of await readdir(from)) {
    for (let copy = 0; copy < times; copy += 1) {
      await copyFile(join(from, name), join(directory, `${copy}-${basename(name)}`));
    }
  }
}
