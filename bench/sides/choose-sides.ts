import type { Experiment } from '../experiments.ts';
import { findProgram } from '../peers/build-llama-cpp.ts';
import { measureDocmill } from './docmill.ts';
import { type ServerOptions, llamaServer } from './llama-server.ts';
import { nodeLlamaCpp } from './node-llama-cpp.ts';
import type { Place } from './pinned.ts';
import { ANSWER_ALONE, type Side } from './side.ts';

const SLOTS = [1, 8, 16];

/** The sides of an experiment; llama-server is left out where it was not built. */
export function chooseSides({ sides, workload }: Experiment, model: string, place: Place): Side[] {
  const docmill: Side = { name: 'docmill', measure: async (prepared) => measureDocmill(model, prepared, place) };
  const answerAlone: Side = {
    name: ANSWER_ALONE,
    measure: async (prepared) => measureDocmill(model, prepared, place, { labelProbabilities: 'answer' }),
  };
  // With a handful of labels there is nothing to leave out.
  const own = workload === 'short-77' ? [docmill, answerAlone] : [docmill];
  const program = findProgram('llama-server');
  const servers = (options: readonly ServerOptions[]): Side[] =>
    program === undefined ? [] : options.map((one) => llamaServer(program, model, one, place));
  const nodes = (constrained: boolean): Side[] =>
    [1, 8].map((concurrency) => nodeLlamaCpp(model, { concurrency, constrained }, place));
  const tuned = SLOTS.map((slots) => ({ slots }));
  const constrained = SLOTS.map((slots) => ({ slots, constrained: true }));
  switch (sides) {
    case 'docmill':
      return own;
    case 'docmill and the best peer':
      return [...own, ...servers([{ slots: 1 }])];
    case 'all':
      // Random weights make whole answers under a grammar meaningless: one count of slots shows what a token costs there.
      return [
        ...own,
        ...servers([...tuned, { slots: 1, constrained: true }, { slots: 0, defaults: true }]),
        ...nodes(false),
      ];
    case 'gold':
      return [
        docmill,
        ...servers([
          ...tuned,
          ...constrained,
          { slots: 0, defaults: true },
          { slots: 0, defaults: true, constrained: true },
        ]),
        ...nodes(true),
      ];
    default:
      return sides satisfies never;
  }
}
