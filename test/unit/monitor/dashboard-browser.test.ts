import axe from 'axe-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runNameSchema } from '../../../schemas/ids.ts';
import { writeHeartbeat } from '../../../src/ledger/heartbeats.ts';
import { serveDashboard } from '../../../src/monitor/dashboard/serve-dashboard.ts';
import { aRun, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { chromium, openPage } from '../../support/browser.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { aHeartbeat } from '../../support/heartbeats.ts';
import { waitUntil } from '../../support/wait-until.ts';

const resultSchema = z.object({
  violations: z.array(z.looseObject({ id: z.string(), nodes: z.array(z.looseObject({ html: z.string() })) })),
});

test.skipIf(chromium === null)(
  'in a real browser every page can be used by everybody, light and dark, and is kept up to date',
  { timeout: 180_000 },
  async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b']], { name: runNameSchema.parse('night') });
    await commitRound(
      open,
      1,
      (id) => failedLine(id),
      (shard) => shard === 0,
    );
    await writeHeartbeat(files.directory, aHeartbeat('worker-1', { shard: 'night/1-1', troubles: { night: 'Full.' } }));
    await using server = await serveDashboard(
      { host: '127.0.0.1', port: 0 },
      { out: files.directory, queues: null, token: null, hosts: [] },
    );
    await using page = await openPage();
    const shows = (text: string) =>
      waitUntil(`the page shows \`${text}\``, () =>
        page.evaluate(`document.body.innerText.includes(${JSON.stringify(text)})`),
      );
    for (const value of ['light', 'dark']) {
      await page.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
      for (const [path, text] of [
        ['/', '1 / 2'],
        ['/runs/night', '1 of 2 documents'],
      ] as const) {
        await page.go(`${server.url}${path}`);
        await shows(text);
        await page.evaluate(axe.source);
        const { violations } = resultSchema.parse(
          JSON.parse(String(await page.evaluate('axe.run().then(JSON.stringify)'))),
        );
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }
    }
    await commitRound(open, 1, okLine, (shard) => shard === 1);
    await shows('2 of 2 documents');
    expect(page.complaints()).toEqual([]);
  },
);
