import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atEachCall, undisturbed } from '../testing/at-each-call.ts';
import { BUCKET_NAME, BucketWorld } from '../testing/bucket-world.ts';
import type { StandInFault } from '../testing/cloudflare-stand-in.ts';
import type { Properties } from '../testing/stack-stand-in.ts';

let world: BucketWorld;
beforeAll(async () => {
  world = await BucketWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());

const before = (): Properties => world.properties({ IsEmptyBucketRemoved: 'true' });
/** Another name, so that other credentials take the place of those of before. */
const after = (): Properties => world.properties({ Deployment: 'other', MediaDaysMax: '30' });
const nothing = async () => undefined;
const create = async () => {
  expect((await world.stack.create(before())).Reason).toBeUndefined();
};
const state = () => world.cloudflare.account.snapshot();

/** One token at most, and it is the one that writers are given. */
function expectWhole(): void {
  expect(world.cloudflare.account.tokens.length).toBeLessThanOrEqual(1);
  const fitting = world.fittingCredentials();
  if (fitting !== undefined) expect(world.storedCredentials()).toEqual(fitting);
}

const DEATHS: readonly StandInFault[] = ['dies-before', 'dies-after'];

describe.each(DEATHS)('the function %s a call is done, and Lambda starts it again:', (fault) => {
  it.each([
    ['a Create', nothing, create, 6],
    ['an Update', create, () => world.stack.update(after()), 8],
    ['a Delete', create, () => world.stack.delete(), 3],
  ] as const)('%s ends as if nothing had been', async (_, prepare, act, callsMin) => {
    const wanted = await undisturbed(world, prepare, act);
    const calls = await atEachCall({
      world,
      prepare,
      disturb: ({ cloudflare }, call) => cloudflare.faults.set(call, fault),
      doIt: async ({ stack }, call) => {
        await act();
        expect([call, stack.answers.at(-1)?.Reason]).toEqual([call, undefined]);
        expect(state(), `died at call ${call}`).toEqual(wanted);
        expectWhole();
      },
    });
    expect(calls).toBeGreaterThanOrEqual(callsMin);
  });
});

describe('the line breaks, or Cloudflare has too much to do:', () => {
  it.each<StandInFault>(['cut-before', 'cut-after', 'busy', 'turned-away'])(
    '%s once does not matter',
    async (fault) => {
      const wanted = await undisturbed(world, create);
      await atEachCall({
        world,
        prepare: nothing,
        disturb: ({ cloudflare }, call) => cloudflare.faults.set(call, fault),
        doIt: async (_, call) => {
          await create();
          expect(state(), `${fault} at call ${call}`).toEqual(wanted);
          expectWhole();
        },
      });
    },
  );
});

describe('from some call on nothing goes any more:', () => {
  const busyFrom = ({ cloudflare }: BucketWorld, call: number) => {
    cloudflare.busyFrom = call;
  };

  it.each([
    ['nothing, where the bucket was to go', before, 0],
    ['nothing but the bucket', () => world.properties(), 1],
  ])('a Create fails, and its Delete leaves %s', async (_, wanted, bucketsMax) => {
    await atEachCall({
      world,
      prepare: nothing,
      disturb: busyFrom,
      doIt: async ({ cloudflare, stack }, call) => {
        const { PhysicalResourceId } = await stack.ask({ RequestType: 'Create' }, wanted());
        cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        const deleted = await stack.ask({ RequestType: 'Delete', PhysicalResourceId }, wanted());
        const { buckets, tokens } = cloudflare.account;
        expect([call, deleted.Status, tokens]).toEqual([call, 'SUCCESS', []]);
        expect(buckets.size).toBeLessThanOrEqual(bucketsMax);
      },
    });
  });

  it.each([
    ['of name and days', after],
    // The secret holds the ones that are made here: they go on.
    ['that says that credentials are somebody’s', () => world.properties({ AreCredentialsOurs: 'false' })],
  ])('an Update %s fails, and the way back ends where it began', async (_, changed) => {
    const wanted = await undisturbed(world, create);
    await atEachCall({
      world,
      prepare: create,
      disturb: busyFrom,
      doIt: async ({ cloudflare, stack }, call) => {
        const PhysicalResourceId = stack.resource?.id ?? '';
        const old = { OldResourceProperties: before(), PhysicalResourceId };
        await stack.ask({ RequestType: 'Update', ...old }, changed());
        cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        const failed = { OldResourceProperties: changed(), PhysicalResourceId };
        const back = await stack.ask({ RequestType: 'Update', ...failed }, before());
        expect(back.Reason).toBeUndefined();
        expect(state(), `busy from call ${call}`).toEqual(wanted);
        expectWhole();
      },
    });
  });

  it('a bucket that was there before stays, whatever fails', async () => {
    const theirs = async ({ cloudflare }: BucketWorld) => cloudflare.account.addBucket(BUCKET_NAME, { objects: 7 });
    await atEachCall({
      world,
      prepare: theirs,
      disturb: busyFrom,
      doIt: async ({ cloudflare, stack }) => {
        const { PhysicalResourceId } = await stack.ask({ RequestType: 'Create' }, before());
        cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        await stack.ask({ RequestType: 'Delete', PhysicalResourceId }, before());
        expect([...cloudflare.account.buckets.values()]).toMatchObject([{ objects: 7 }]);
        expect(cloudflare.account.tokens).toEqual([]);
      },
    });
  });
});
