import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { sha256Of } from '../../src/sha256.ts';
import { startModelHub } from '../support/model-hub.ts';
import { test } from '../support/place-test.ts';

const DEMO = join(import.meta.dirname, '../../models/demo.gguf');
const EXAMPLES = join(import.meta.dirname, '../../examples/tickets');

describe.concurrent('workers with a model that is somewhere else', () => {
  test('bring it once for all workers of a machine, and do the work', async ({ place }) => {
    await using hub = await startModelHub();
    const demo = await readFile(DEMO);
    hub.serve('/demo.gguf', demo);
    const model = ['--model', `${hub.url}/demo.gguf#sha256=${sha256Of(demo)}`];
    hub.trouble({ holdAfter: 1_000_000 });
    await using first = place.start(['worker', ...model]);
    await first.untilSaid('Downloading demo.gguf');
    await using second = place.start(['worker', ...model]);
    await second.untilSaid('Another process downloads this model');
    hub.cut();
    const input = ['--input', EXAMPLES, '--limit', '3', '--task', 'ticket'];
    const { code, stderr } = await place.docmill(['enqueue', ...input, ...model, '--wait']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Complete: 3 ok')]);
    expect(hub.heard).toHaveLength(2);
  });

  test('stop in order while it comes', async ({ place }) => {
    await using hub = await startModelHub();
    hub.serve('/demo.gguf', await readFile(DEMO));
    hub.trouble({ holdAfter: 1_000_000 });
    await using worker = place.start(['worker', '--model', `${hub.url}/demo.gguf`]);
    await worker.untilSaid('Downloading demo.gguf');
    worker.kill('SIGTERM');
    expect(await worker.finished).toMatchObject({ code: 0 });
  });
});
