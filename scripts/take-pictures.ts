// `npm run pictures`: the dashboard, light and dark, and what `status --watch` and `eval` show in a terminal of 80
// columns, for docs/images. Needs Chromium, and `script` of util-linux.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
import { type Program, startProgram } from '../test/support/start-program.ts';
import { waitUntil } from '../test/support/wait-until.ts';
import { DOCMILL } from '../test/support/workplace.ts';

const ROOT = join(import.meta.dirname, '..');
const IMAGES = join(ROOT, 'docs', 'images');
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
await resize(1000, 900);
for (const [file, path, scheme, text] of [
  ['dashboard-run.png', '/runs/invoices-november', 'light', '16,480 of 24,000'],
  ['dashboard-run-dark.png', '/runs/invoices-november', 'dark', '16,480 of 24,000'],
  ['dashboard.png', '/', 'light', '16,480 / 24,000'],
] as const) {
  await page.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  await writeHeartbeats(0);
  await page.go(`${server.url}${path}`);
  await waitUntil(`the page shows \`${text}\``, () =>
    page.evaluate(`document.body.innerText.includes(${JSON.stringify(text)})`),
  );
  await takePicture(file);
}
await takeTerminalPicture('status-watch.png', 16, await watchStatus());
await takeTerminalPicture('eval.png', 68, await evaluate());

async function resize(width: number, height: number): Promise<void> {
  await page.call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
}

async function takePicture(file: string): Promise<void> {
  const { data } = pictureSchema.parse(await page.call('Page.captureScreenshot', { format: 'png' }));
  await writeFile(join(IMAGES, file), Buffer.from(data, 'base64'));
}

/** A worker that is silent for 20 seconds is left out. */
async function writeHeartbeats(more: number): Promise<void> {
  for (let worker = 1; worker <= 4; worker += 1) {
    const shard = `invoices-november/1-${411 + worker}`;
    const said = { model: model.name, shard, documents: 4000 + 37 * worker + more, rssBytes: 1.38e9 + worker * 1e7 };
    await writeHeartbeat(files.directory, aHeartbeat(`mill-${worker}-7-3f2a9c1${worker}`, said));
  }
}

/** What `status --watch` writes to a terminal until it knows the rates of the workers. */
async function watchStatus(): Promise<string> {
  await using terminal = inTerminal(16, `status invoices-november --watch --out ${files.directory}`);
  const beganMs = performance.now();
  await waitUntil('every worker has a rate', async () => {
    await writeHeartbeats(Math.floor((performance.now() - beganMs) / 350));
    const screen = terminal.stdout().split('invoices-november: open').at(-1) ?? '';
    return screen.match(/\d docs\/s/g)?.length === 5;
  });
  return terminal.stdout();
}

/** What `eval` writes to a terminal about the demo model and the example tickets. */
async function evaluate(): Promise<string> {
  const tickets = join(ROOT, 'examples', 'tickets');
  const model = join(ROOT, 'models', 'demo.gguf');
  const command = `eval --task ticket --model ${model} --gold ${tickets}.gold.jsonl --documents ${tickets}`;
  await using terminal = inTerminal(68, command);
  const { code, stdout } = await terminal.finished;
  if (code !== 0) throw new Error(stdout);
  return stdout;
}

function inTerminal(rows: number, command: string): Program {
  const line = `stty columns 80 rows ${rows}; exec ${process.execPath} ${DOCMILL} ${command}`;
  return startProgram('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: files.directory,
    env: { ...process.env, TERM: 'xterm-256color' },
  });
}

/** Shows what was written to a terminal of 80 columns in the page, by xterm.js, and takes a picture of it. */
async function takeTerminalPicture(file: string, rows: number, written: string): Promise<void> {
  const script = fileURLToPath(import.meta.resolve('@xterm/xterm'));
  const style = await readFile(fileURLToPath(import.meta.resolve('@xterm/xterm/css/xterm.css')), 'utf8');
  await resize(690, 18 * rows + 16);
  await page.go('about:blank');
  await page.evaluate(await readFile(script, 'utf8'));
  await page.evaluate(`(async () => {
    document.head.append(Object.assign(document.createElement('style'), { textContent: ${JSON.stringify(style)} }));
    document.body.style.margin = '8px';
    document.body.style.background = '#000';
    const terminal = new Terminal({ cols: 80, rows: ${rows}, fontFamily: 'monospace', fontSize: 14, lineHeight: 1.15, scrollback: 0 });
    terminal.open(document.body);
    await new Promise((written) => terminal.write(${JSON.stringify(written)}, written));
    await new Promise(requestAnimationFrame);
  })()`);
  await takePicture(file);
}
