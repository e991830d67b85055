// `node scripts/dashboard-pictures.ts`: pictures of the dashboard, light and dark, for docs/images. Needs Chromium.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runNameSchema } from '../schemas/ids.ts';
import type { ResultLine } from '../schemas/result.ts';
import { finalizeRun } from '../src/ledger/finalize-run.ts';
import { writeHeartbeat } from '../src/ledger/heartbeats.ts';
import { sha256Of } from '../src/sha256.ts';
import { serveDashboard } from '../src/monitor/dashboard/serve-dashboard.ts';
import { aRun, commitRound, failedLine, okLine } from '../test/support/a-run.ts';
import { openPage } from '../test/support/browser.ts';
import { createFastFiles } from '../test/support/fast-files.ts';
import { aHeartbeat } from '../test/support/heartbeats.ts';
import { setPartTimes } from '../test/support/part-times.ts';
import { waitUntil } from '../test/support/wait-until.ts';

const IMAGES = join(import.meta.dirname, '..', 'docs', 'images');
const SHARDS = 600;
const DOCUMENTS = 40;
const pictureSchema = z.looseObject({ data: z.string() });

await using files = await createFastFiles();
const shards = Array.from({ length: SHARDS }, (_, shard) =>
  Array.from(
    { length: DOCUMENTS },
    (_, index) => `invoices/2026/${String(shard * DOCUMENTS + index).padStart(6, '0')}.pdf`,
  ),
);
const model = { name: 'invoices-270m-Q4_0.gguf', sha256: sha256Of('a model') };
const night = await aRun(files.directory, shards, { name: runNameSchema.parse('invoices-november'), model });
const answer = (id: string): ResultLine => {
  const number = Number(/\d{6}/.exec(id)?.[0]);
  if (number % 97 === 0) return failedLine(id, 'ENCRYPTED');
  if (number % 211 === 0) return failedLine(id, 'TOO_LONG');
  if (number % 61 === 0) return { id, status: 'skipped', error: { code: 'NO_TEXT_LAYER', message: 'No text.' } };
  return okLine(id);
};
await commitRound(night, 1, answer, (shard) => shard < 412);
await setPartTimes(night, (shard) => Date.now() - (412 - shard) * 3_000 - (shard < 150 ? (150 - shard) * 3_000 : 0));
const tickets = await aRun(files.directory, shards.slice(0, 50), {
  name: runNameSchema.parse('tickets-november'),
  model,
});
await commitRound(tickets);
await finalizeRun(tickets);
await using server = await serveDashboard(
  { host: '127.0.0.1', port: 0 },
  { out: files.directory, queues: null, token: null, hosts: [] },
);
await mkdir(IMAGES, { recursive: true });
await using page = await openPage();
await page.call('Emulation.setDeviceMetricsOverride', {
  width: 1000,
  height: 900,
  deviceScaleFactor: 1,
  mobile: false,
});
for (const [file, path, scheme, text] of [
  ['dashboard-run.png', '/runs/invoices-november', 'light', '16,480 of 24,000'],
  ['dashboard-run-dark.png', '/runs/invoices-november', 'dark', '16,480 of 24,000'],
  ['dashboard.png', '/', 'light', '16,480 / 24,000'],
] as const) {
  await page.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  // A worker that is silent for 20 seconds is left out.
  for (let worker = 1; worker <= 4; worker += 1) {
    const shard = `invoices-november/1-${411 + worker}`;
    const said = { model: model.name, shard, documents: 4000 + 37 * worker, rssBytes: 1.38e9 + worker * 1e7 };
    await writeHeartbeat(files.directory, aHeartbeat(`mill-${worker}-7-3f2a9c1${worker}`, said));
  }
  await page.go(`${server.url}${path}`);
  await waitUntil(`the page shows \`${text}\``, () =>
    page.evaluate(`document.body.innerText.includes(${JSON.stringify(text)})`),
  );
  const { data } = pictureSchema.parse(await page.call('Page.captureScreenshot', { format: 'png' }));
  await writeFile(join(IMAGES, file), Buffer.from(data, 'base64'));
}
