import { runChild } from './child-job.ts';
import type { Place } from './pinned.ts';
import type { Measurement, Side } from './side.ts';

/** Plain node-llama-cpp: one session per sequence, with a JSON grammar where it is `constrained`. */
export function nodeLlamaCpp(
  model: string,
  options: { readonly concurrency: number; readonly constrained: boolean },
  place: Place,
): Side {
  return {
    name: `node-llama-cpp, ${options.concurrency === 1 ? '1 session' : `${options.concurrency} sessions`}${options.constrained ? ', JSON grammar' : ''}`,
    measure: async (prepared) =>
      runChild<Measurement>('node-llama-cpp-child.ts', { model, core: place.core, prepared, ...options }, place),
  };
}
