import { z } from 'zod';

/** Seconds that went into native calls. */
export type NativeSeconds = {
  /** Evaluating tokens, the output matrix included. */
  readonly evaluate: number;
  /** Reading logits: the best ones, or those of some tokens. */
  readonly sample: number;
  /** Copying the beginning of the prompt from slot to slot. */
  readonly copy: number;
};

type Call = (...parameters: unknown[]) => Promise<unknown>;
type NativeContext = {
  readonly decodeBatch: Call;
  readonly sampleToken: Call;
  readonly copySequenceStateFromOtherSequence: Call;
};
type ContextClass = new (...parameters: unknown[]) => NativeContext;

const addonSchema = z.looseObject({ AddonContext: z.custom<ContextClass>((value) => typeof value === 'function') });

/**
 * Times the native calls of every node-llama-cpp that is loaded from now on; docmill makes them one after another, so
 * their times add up. The returned function reads the clock.
 */
export function timeNativeCalls(): () => NativeSeconds {
  const seconds = { evaluate: 0, sample: 0, copy: 0 };
  const open = process.dlopen.bind(process);
  process.dlopen = (module, ...rest) => {
    open(module, ...rest);
    const exports: unknown = Reflect.get(module, 'exports');
    const addon = addonSchema.safeParse(exports);
    if (addon.success && typeof exports === 'object' && exports !== null) {
      Reflect.set(exports, 'AddonContext', timedClass(addon.data.AddonContext, seconds));
    }
  };
  return () => ({ ...seconds });
}

/** A subclass, because native methods cannot be replaced. */
function timedClass(native: ContextClass, seconds: Record<keyof NativeSeconds, number>): ContextClass {
  const time = async (kind: keyof NativeSeconds, call: () => Promise<unknown>): Promise<unknown> => {
    const from = performance.now();
    try {
      return await call();
    } finally {
      seconds[kind] += (performance.now() - from) / 1000;
    }
  };
  return class extends native {
    override decodeBatch = (...given: unknown[]) => time('evaluate', () => super.decodeBatch(...given));
    override sampleToken = (...given: unknown[]) => time('sample', () => super.sampleToken(...given));
    override copySequenceStateFromOtherSequence = (...given: unknown[]) =>
      time('copy', () => super.copySequenceStateFromOtherSequence(...given));
  };
}

/** Where the time of some documents went; what is left is docmill itself: automaton, tokenising, waiting. */
export type TimeShares = NativeSeconds & { readonly docmill: number };

/** The shares of the native calls between two readings of the clock. */
export function toShares(before: NativeSeconds, after: NativeSeconds, seconds: number): TimeShares {
  const share = (kind: keyof NativeSeconds): number => (after[kind] - before[kind]) / seconds;
  const native = { evaluate: share('evaluate'), sample: share('sample'), copy: share('copy') };
  return { ...native, docmill: 1 - native.evaluate - native.sample - native.copy };
}
