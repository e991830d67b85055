import { setImmediate as turn } from 'node:timers/promises';
import { sha256Of } from '../../src/sha256.ts';
import { type Disk, type Folder, type Node, folderAt } from './disk.ts';
import { type Actor, type Operation, type Permission, actAs } from './simulated-files.ts';

/** What the scheduler can do next. */
export type Step =
  | { readonly kind: 'go'; readonly actor: string }
  | { readonly kind: 'kill'; readonly actor: string }
  /** The queue takes an actor for dead, rightly or not, and gives its job to another one. */
  | { readonly kind: 'redeliver'; readonly job: string };

type Delivery = { readonly job: string; readonly token: number };

/** Work of an actor: it sees its files through the calls of Node, and the queue through `world`. */
export type Work = (self: { readonly name: string; readonly queue: SimulatedQueue }) => Promise<void>;

export type SimulatedQueue = {
  /** The next waiting job; null when there is none. */
  readonly take: () => Promise<Delivery | null>;
  /** Ends a job, unless it was given to somebody else meanwhile. */
  readonly acknowledge: (delivery: Delivery) => Promise<void>;
  /** Gives a job back after a failed attempt. */
  readonly putBack: (delivery: Delivery) => Promise<void>;
  /** Adds jobs that are not there. */
  readonly add: (jobs: readonly string[]) => Promise<void>;
};

export type WorldOptions = {
  readonly disk: Disk;
  readonly jobs: readonly string[];
  /** Operations on which actors can meet; others are done at once, since nobody else can see them. */
  readonly isShared: (operation: Operation) => boolean;
  readonly kills: number;
  readonly redeliveries: number;
  /** Called when a job was acknowledged by an actor that had it. */
  readonly onAcknowledged: (job: string) => void;
  /** What an operation meets; nothing by default. */
  readonly fault?: (operation: Operation) => Permission;
};

type Waiting = { readonly operation: Operation; readonly go: () => void };

export type World = ReturnType<typeof createWorld>;

/** Actors on one disk and one queue, each standing still before its next operation until it is told to go. */
export function createWorld(options: WorldOptions) {
  const disk = options.disk;
  const waiting = new Map<string, Waiting>();
  const traces = new Map<string, string>();
  const ended = new Map<string, string>();
  const jobs = new Map<string, { state: 'waiting' | 'active'; token: number }>();
  for (const job of options.jobs) jobs.set(job, { state: 'waiting', token: 0 });
  const left = { kills: options.kills, redeliveries: options.redeliveries };
  let tokens = 0;

  const arrive = async (name: string, operation: Operation): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.set(name, { operation, go: resolve });
    await promise;
  };
  const note = (name: string, { name: call, path }: Operation, outcome: string): void => {
    traces.set(name, sha256Of(`${traces.get(name) ?? ''}\n${call} ${path} ${outcome}`));
  };
  const queueOf = (name: string): SimulatedQueue => {
    const ask = async <T>(call: string, path: string, act: () => T): Promise<T> => {
      const operation = { name: call, path };
      await arrive(name, operation);
      const value = act();
      note(name, operation, JSON.stringify(value ?? null));
      return value;
    };
    return {
      take: () =>
        ask('take', '', () => {
          const [job, entry] = [...jobs].find(([, { state }]) => state === 'waiting') ?? [];
          if (job === undefined || entry === undefined) return null;
          tokens += 1;
          Object.assign(entry, { state: 'active', token: tokens });
          return { job, token: tokens };
        }),
      acknowledge: ({ job, token }) =>
        ask('acknowledge', job, () => {
          const entry = jobs.get(job);
          if (entry?.state !== 'active' || entry.token !== token) return;
          jobs.delete(job);
          options.onAcknowledged(job);
        }),
      putBack: ({ job, token }) =>
        ask('put back', job, () => {
          const entry = jobs.get(job);
          if (entry?.token === token) entry.state = 'waiting';
        }),
      add: (names) =>
        ask('add', names.join(','), () => {
          for (const job of names) if (!jobs.has(job)) jobs.set(job, { state: 'waiting', token: 0 });
        }),
    };
  };
  const start = (name: string, work: Work): void => {
    const actor: Actor = {
      name,
      disk: () => disk,
      arrive: async (operation) => {
        if (options.isShared(operation)) await arrive(name, operation);
        return options.fault?.(operation) ?? {};
      },
      note: (operation, outcome) => note(name, operation, outcome),
      nextNumber: 0,
    };
    actAs(actor, () => work({ name, queue: queueOf(name) })).then(
      () => ended.set(name, 'ended'),
      (error: unknown) => ended.set(name, `threw ${String(error)}`),
    );
    traces.set(name, '');
  };
  /** Lets everybody come to their next operation. */
  const settle = async (): Promise<void> => {
    do await turn();
    while ([...traces.keys()].some((name) => !waiting.has(name) && !ended.has(name)));
  };
  return {
    disk,
    ended,
    start,
    settle,
    /** The actors that have a next operation. */
    standing: (): string[] => [...waiting.keys()],
    /** Jobs that the queue holds. */
    queued: (): string[] => [...jobs.keys()],
    /** The queue loses everything. */
    forget: (): void => jobs.clear(),
    steps: (): Step[] => [
      ...[...waiting.keys()].map((actor): Step => ({ kind: 'go', actor })),
      ...(left.kills > 0 ? [...waiting.keys()].map((actor): Step => ({ kind: 'kill', actor })) : []),
      ...(left.redeliveries > 0
        ? [...jobs].flatMap(([job, { state }]): Step[] => (state === 'active' ? [{ kind: 'redeliver', job }] : []))
        : []),
    ],
    take: async (step: Step): Promise<void> => {
      switch (step.kind) {
        case 'go': {
          const one = waiting.get(step.actor);
          waiting.delete(step.actor);
          one?.go();
          break;
        }
        case 'kill':
          left.kills -= 1;
          waiting.delete(step.actor);
          ended.set(step.actor, 'killed');
          break;
        case 'redeliver':
          left.redeliveries -= 1;
          Object.assign(jobs.get(step.job) ?? {}, { state: 'waiting' });
          break;
        default:
          step satisfies never;
      }
      await settle();
    },
    /** Two worlds with the same key go on in the same ways. */
    key: (shared: readonly string[]): string =>
      sha256Of(
        JSON.stringify([
          describeFolders(disk, shared),
          [...traces],
          [...ended],
          [...jobs].map(([job, { state }]) => [job, state]),
          left,
        ]),
      ),
  };
}

/** Two disks with the same description leave the same after a power cut, as far as these folders go. */
export function describeFolders(disk: Disk, paths: readonly string[]): string {
  return JSON.stringify(paths.map((path) => describeFolder(folderAt(disk, path))));
}

function describeFolder(folder: Folder): unknown {
  return [
    [...folder.names].map(([name, node]) => [name, describeNode(node)]),
    [...folder.synced].map(([name, node]) => [name, node.number]),
    [...folder.changed].map(([name, nodes]) => [name, nodes.map((node) => node?.number)]),
  ];
}

function describeNode(node: Node): unknown {
  return node.kind === 'folder' ? 'folder' : [node.bytes.toString('latin1'), node.synced?.toString('latin1')];
}
