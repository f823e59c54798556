import { expect } from 'vitest';
import type { ResourceWorld } from './resource-world.ts';

/** Far more than there are: what it takes to see that a loop over them does not end. */
const CALLS_MAX = 200;

/** What is done to a world, or in it. */
export type Act<WORLD> = (world: WORLD) => Promise<unknown>;

export interface Disturbed<WORLD extends ResourceWorld> {
  readonly world: WORLD;
  /** What was before, and is again for each call. */
  readonly prepare: Act<WORLD>;
  /** Lets something go wrong from, or at, the call of this number. */
  readonly disturb: (world: WORLD, call: number) => void;
  /** Does what is to be done, and sees what became of it. */
  readonly doIt: (world: WORLD, call: number) => Promise<void>;
}

/** Does something in the same world each time, and lets it go wrong at each call in turn. Resolves with how many there were. */
export async function atEachCall<WORLD extends ResourceWorld>(options: Disturbed<WORLD>): Promise<number> {
  const { world, prepare, disturb, doIt } = options;
  const empty = world.keep();
  await prepare(world);
  const prepared = world.keep();
  for (let call = 0; call < CALLS_MAX; call++) {
    world.restore(prepared);
    disturb(world, call);
    await doIt(world, call);
    const isOver = world.cloudflare.calls.length <= call;
    const violations = [world.cloudflare, world.stack, world.lostStack].flatMap((part) => part.violations);
    expect(violations, `at call ${call}`).toEqual([]);
    if (!isOver) continue;
    world.restore(empty);
    return call;
  }
  throw new Error('it never ends');
}

/** What there is in the end where nothing goes wrong. */
export async function undisturbed<WORLD extends ResourceWorld>(
  world: WORLD,
  ...acts: readonly Act<WORLD>[]
): Promise<unknown> {
  const empty = world.keep();
  for (const act of acts) await act(world);
  const state = world.cloudflare.account.snapshot();
  world.restore(empty);
  return state;
}
