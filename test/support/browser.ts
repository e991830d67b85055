import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { once } from 'node:events';
import { z } from 'zod';
import { waitUntil } from './wait-until.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The Chromium of this machine, or null: tests that need one are skipped then. */
export const chromium = findOnPath(NAMES);

const messageSchema = z.looseObject({
  id: z.int().optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});
const evaluatedSchema = z.looseObject({
  result: z.looseObject({ value: z.unknown().optional() }),
  exceptionDetails: z.looseObject({ text: z.string() }).optional(),
});

/** A headless Chromium with one page, spoken to by its own protocol; disposing ends it. */
export async function openPage() {
  const profile = await mkdtemp(join(tmpdir(), 'dm-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', '--no-first-run'];
  const browser = spawn(chromium ?? 'chromium', [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  browser.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const url = await waitUntil('the browser is there', () => /ws:\/\/\S+/.exec(said)?.[0] ?? null, 60_000);
  const { call, events } = await connect(`http://${new URL(url).host}`);
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await call(`${domain}.enable`);
  const evaluate = async (expression: string): Promise<unknown> => {
    const given = await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = evaluatedSchema.parse(given);
    if (exceptionDetails !== undefined) throw new Error(`${exceptionDetails.text} in the page.`);
    return result.value;
  };
  return {
    call,
    evaluate,
    /** Opens an address and waits until it is loaded. */
    go: async (address: string): Promise<void> => {
      await call('Page.navigate', { url: address });
      await waitUntil(`\`${address}\` is loaded`, () =>
        evaluate(`location.href.startsWith(${JSON.stringify(address)}) && document.readyState === 'complete'`),
      );
    },
    /** What the page complained about, and every address that it asked for. */
    complaints: (): string[] =>
      events.flatMap(({ method, params }) =>
        method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown' ? [JSON.stringify(params)] : [],
      ),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      const exited = once(browser, 'exit');
      browser.kill('SIGKILL');
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Event = { readonly method: string; readonly params: unknown };

/** Connects to the first page of a browser. */
async function connect(address: string) {
  const pages = z
    .array(z.looseObject({ type: z.string(), webSocketDebuggerUrl: z.string() }))
    .parse(await (await fetch(`${address}/json/list`)).json());
  const socket = new WebSocket(pages.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  const answers = new Map<number, PromiseWithResolvers<unknown>>();
  const events: Event[] = [];
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = messageSchema.parse(JSON.parse(String(data)));
    if (method !== undefined) events.push({ method, params });
    const answer = answers.get(id ?? -1);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error.message));
  });
  let last = 0;
  const call = async (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    last += 1;
    const answer = Promise.withResolvers<unknown>();
    answers.set(last, answer);
    socket.send(JSON.stringify({ id: last, method, params }));
    return answer.promise;
  };
  return { call, events };
}

function findOnPath(names: readonly string[]): string | null {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(directory, name), constants.X_OK);
        return join(directory, name);
      } catch {
        // Not this one.
      }
    }
  }
  return null;
}
