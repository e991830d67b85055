import type { Queues, SeenQueue } from '../../queue/open-queues.ts';
import { askWithin } from '../ask-within.ts';
import type { QueueState } from './overview.ts';
import type { RunSummary } from './run-entry.ts';

const ANSWER_MS = 1_000;

/** The queues of the models that runs want. A queue that does not answer holds nobody up for longer than a second. */
export function createQueueWatch(queues: Queues) {
  const askCounts = askEach(({ counts }) => counts());
  const askText = askEach(({ metricsText }) => metricsText());
  const all = (runs: readonly RunSummary[]): { readonly model: string; readonly queue: SeenQueue }[] => {
    const models = new Map(runs.map(({ open: { run } }) => [run.model.sha256, run.model.name]));
    return [...models]
      .map(([sha256, model]) => ({ model, queue: queues.of(sha256) }))
      .sort((one, other) => (one.model < other.model ? -1 : 1));
  };
  return {
    all,
    read: (runs: readonly RunSummary[]): Promise<QueueState[]> =>
      Promise.all(
        all(runs).map(async ({ model, queue }) => ({ model, queue: queue.name, counts: await askCounts(queue) })),
      ),
    /** What BullMQ itself counts in them, for Prometheus; nothing of a queue that does not answer. */
    metricsTexts: async (runs: readonly RunSummary[]): Promise<string[]> => {
      const texts = await Promise.all(all(runs).map(({ queue }) => askText(queue)));
      return texts.filter((text) => text !== null);
    },
  };
}

/** Puts one question to any of the queues: null from one that does not answer, and never twice at once to the same. */
function askEach<T>(question: (queue: SeenQueue) => Promise<T>): (queue: SeenQueue) => Promise<T | null> {
  const askers = new Map<string, () => Promise<T | null>>();
  return (queue) => {
    const ask = askers.get(queue.name) ?? askWithin(() => question(queue), ANSWER_MS);
    askers.set(queue.name, ask);
    return ask();
  };
}
