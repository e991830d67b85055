import type { Step, World } from './world.ts';

export type Explored = { readonly states: number; readonly histories: number };

export type Exploration = {
  /** A fresh world at its beginning, the same one at every call. */
  readonly begin: () => Promise<World>;
  /** The folders by which states are told apart, beside what the actors have seen. */
  readonly shared: readonly string[];
  /** Throws where an invariant does not hold. */
  readonly check: (world: World) => void;
  /** Called where nothing can happen any more. */
  readonly checkEnd: (world: World) => Promise<void>;
};

/**
 * Goes through every order of steps, each state once: code cannot be put back to where it was, so a branch begins anew
 * and takes the steps that led to it. An error names the steps.
 */
export async function explore(exploration: Exploration): Promise<Explored> {
  const seen = new Set<string>();
  const branches: Step[][] = [[]];
  let histories = 0;
  for (let path = branches.pop(); path !== undefined; path = branches.pop()) {
    histories += 1;
    const world = await exploration.begin();
    await world.settle();
    for (const step of path) await world.take(step);
    await follow(exploration, { world, path, seen, branches });
  }
  return { states: seen.size, histories };
}

async function follow(
  { shared, check, checkEnd }: Exploration,
  at: { readonly world: World; readonly path: Step[]; readonly seen: Set<string>; readonly branches: Step[][] },
): Promise<void> {
  const { world, path, seen, branches } = at;
  for (;;) {
    const key = world.key(shared);
    if (seen.has(key)) return;
    seen.add(key);
    const steps = world.steps();
    try {
      check(world);
      if (steps.length === 0) await checkEnd(world);
    } catch (error) {
      throw new Error(`After ${JSON.stringify(path)}: ${String(error)}`, { cause: error });
    }
    const [first, ...others] = steps;
    if (first === undefined) return;
    for (const other of others) branches.push([...path, other]);
    path.push(first);
    await world.take(first);
  }
}
