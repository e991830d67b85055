import type { ChaosOptions } from './options.ts';

/** A disturbance, and at which share of the documents done it comes. `pick` in [0, 1) chooses the victim. */
export type Disturbance = {
  readonly kind:
    | 'kill-worker'
    | 'freeze-worker'
    | 'kill-redis'
    | 'freeze-redis'
    | 'reset'
    | 'silence'
    | 'flush'
    | 'full-disk'
    | 'scale'
    | 'kill-store';
  readonly at: number;
  readonly pick: number;
};

/**
 * Draws what is done and when. Moments are progress, not time, so that a seed means the same on a slow machine; none
 * comes in the last part of a run, where it could find nothing to disturb. The queue is emptied in the middle.
 */
export function drawSchedule(options: ChaosOptions, random: () => number): Disturbance[] {
  const draw = (kind: Disturbance['kind'], count: number): Disturbance[] =>
    Array.from({ length: count }, () => ({ kind, at: 0.02 + 0.9 * random(), pick: random() }));
  const spread = (kind: Disturbance['kind'], count: number): Disturbance[] =>
    Array.from({ length: count }, (_, index) => ({ kind, at: (index + 0.6 + 0.3 * random()) / (count + 1), pick: 0 }));
  return [
    ...draw('kill-worker', options.kills),
    ...draw('freeze-worker', options.zombies),
    ...spread('kill-redis', options.redisKills),
    ...spread('freeze-redis', options.redisFreezes),
    ...draw('reset', options.resets),
    ...spread('silence', options.silences),
    ...spread('flush', options.flushes),
    ...draw('full-disk', options.fullDisks),
    ...draw('scale', options.scalings),
    ...spread('kill-store', options.storeKills ?? 0),
  ].sort((one, other) => one.at - other.at);
}
