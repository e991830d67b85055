import { once } from 'node:events';
import { createServer } from 'node:net';
import type { JsonObject } from '../../schemas/json.ts';
import { askLlamaServer } from './ask-llama-server.ts';
import { type Place, spawnPinned } from './pinned.ts';
import { LONGEST_ANSWER, type Measurement, type Prepared, type Side } from './side.ts';
import { peakMemory, startStopwatch } from './stopwatch.ts';

export type ServerOptions = {
  readonly slots: number;
  /** Nothing but the model and the one thread that every side has. */
  readonly defaults?: boolean;
  readonly constrained?: boolean;
};

/** How many requests are on their way at once where the server decides about its slots. */
const DEFAULT_SLOTS = 4;

/** llama-server with a prompt cache, one thread, greedy; as many requests at once as it has slots. */
export function llamaServer(program: string, model: string, options: ServerOptions, place: Place): Side {
  const { slots, defaults = false, constrained = false } = options;
  const settings = defaults ? 'default flags' : `${slots} ${slots === 1 ? 'slot' : 'slots'}, --swa-full`;
  return {
    name: `llama-server, ${settings}${constrained ? ', json_schema' : ''}`,
    measure: async (prepared) => {
      await using server = await startServer(program, [...flags(model, prepared, options)], place);
      const ask = { url: server.url, concurrency: defaults ? DEFAULT_SLOTS : slots, prepared };
      const schema = constrained ? { schema: prepared.peerSchema } : {};
      return await measure(server, { ...ask, ...schema }, place);
    },
  };
}

function flags(model: string, { before, after, documents }: Prepared, { slots, defaults }: ServerOptions): string[] {
  const longest = Math.max(
    ...documents.map(
      ({ tokens, gold, answerTokens = LONGEST_ANSWER }) =>
        tokens.length + (gold === undefined ? answerTokens : LONGEST_ANSWER),
    ),
  );
  const context = Math.ceil((before.length + longest + after.length + 64) / 256) * 256;
  const tuned = ['-np', String(slots), '-c', String(slots * context), '--swa-full', '--cache-ram', '0'];
  return ['-m', model, '-t', '1', '--no-ui', ...(defaults === true ? [] : tuned)];
}

type Server = AsyncDisposable & { readonly url: string; readonly pid: number };

async function startServer(program: string, parameters: readonly string[], place: Place): Promise<Server> {
  const port = await freePort();
  const child = spawnPinned(program, [...parameters, '--host', '127.0.0.1', '--port', String(port)], place);
  child.stdout?.resume();
  const ended = once(child, 'close');
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  await Promise.race([waitUntilReady(url), ended.then(() => Promise.reject(new Error('llama-server ended')))]);
  return { url, pid: childPid(child.pid), [Symbol.asyncDispose]: stop };
}

/** `taskset` becomes the program that it starts, so the child is the server itself. */
function childPid(pid: number | undefined): number {
  if (pid === undefined) throw new Error('llama-server could not be started');
  return pid;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

async function waitUntilReady(url: string): Promise<void> {
  for (;;) {
    const ready = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

type Ask = { readonly url: string; readonly concurrency: number; readonly prepared: Prepared; schema?: JsonObject };

async function measure(server: Server, ask: Ask, { core }: Place): Promise<Measurement> {
  const { documents, warmUp } = ask.prepared;
  await askLlamaServer({ ...ask, documents: warmUp });
  const stop = startStopwatch(server.pid, core);
  const written = await askLlamaServer({ ...ask, documents });
  const timing = stop();
  return {
    ...timing,
    documents: documents.length,
    peakMemoryBytes: peakMemory(server.pid),
    answers: written.map(({ content }) => content),
    answerTokens: written.map(({ tokens }) => tokens),
  };
}
