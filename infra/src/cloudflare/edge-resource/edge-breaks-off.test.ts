import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atEachCall, undisturbed } from '../testing/at-each-call.ts';
import type { StandInFault } from '../testing/cloudflare-stand-in.ts';
import { AssetStore, EdgeWorld, R2_STORAGE } from '../testing/edge-world.ts';
import type { Properties } from '../testing/stack-stand-in.ts';
import { readWorkerConfig } from './wrangler-config.ts';

const CONFIG = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
const CODE = 'class ChannelObject {} class RelayObject {} class DirectoryObject {}';
const NEWER = `${CODE} class NewerObject {}`;
const NEWER_CONFIG = {
  ...CONFIG,
  migrations: [...CONFIG.migrations, { tag: 'v3', new_sqlite_classes: ['NewerObject'] }],
};

let assets: AssetStore;
let code: { readonly Bucket: string; readonly Key: string };
let newer: { readonly Bucket: string; readonly Key: string };
let world: EdgeWorld;
beforeAll(async () => {
  assets = await AssetStore.start();
  code = await assets.put('code.js', CODE);
  newer = await assets.put('newer.js', NEWER);
  world = await EdgeWorld.start(assets);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await assets[Symbol.asyncDispose]();
});

function before(): Properties {
  const Storage = { ...R2_STORAGE, MediaDomain: 'media.example.com' };
  return world.properties(code, CONFIG, { Storage, Routes: ['example.com/tv/*'] });
}

/** Another domain, route and media domain; newer code, with a migration if it says so. */
function after(config: unknown): Properties {
  const Storage = { ...R2_STORAGE, MediaDomain: 'm.example.com' };
  return world.properties(newer, config, { Storage, Domain: 'tv.example.com', Routes: ['example.com/a/*'] });
}

const nothing = async () => undefined;
const create = async () => {
  expect((await world.stack.create(before())).Reason).toBeUndefined();
};
const state = () => world.cloudflare.account.snapshot();
/**
 * After each call, which is before the next one too: it writes nowhere but in Cloudflare, so between two calls there is
 * nothing that a death could keep from being done. (bucket-breaks-off.test.ts has both: there a secret is written.)
 */
describe('the function dies when a call is done, and Lambda starts it again:', () => {
  it.each([
    ['a Create', nothing, create],
    ['an Update', create, () => world.stack.update(after(CONFIG))],
    ['an Update with a migration', create, () => world.stack.update(after(NEWER_CONFIG))],
    ['a Delete', create, () => world.stack.delete()],
  ] as const)('%s ends as if nothing had been', async (_, prepare, act) => {
    const wanted = await undisturbed(world, prepare, act);
    const calls = await atEachCall({
      world,
      prepare,
      disturb: ({ cloudflare }, call) => cloudflare.faults.set(call, 'dies-after'),
      doIt: async ({ stack }, call) => {
        await act();
        expect([call, stack.answers.at(-1)?.Reason]).toEqual([call, undefined]);
        expect(state(), `died at call ${call}`).toEqual(wanted);
      },
    });
    expect(calls).toBeGreaterThan(10);
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
        },
      });
    },
  );
});

describe('from some call on nothing goes any more:', () => {
  const busyFrom = ({ cloudflare }: EdgeWorld, call: number) => {
    cloudflare.busyFrom = call;
  };

  it('a Create fails, and its Delete leaves nothing but the bucket', async () => {
    const wanted = await undisturbed(world);
    await atEachCall({
      world,
      prepare: nothing,
      disturb: busyFrom,
      doIt: async ({ cloudflare, stack }, call) => {
        const { PhysicalResourceId } = await stack.ask({ RequestType: 'Create' }, before());
        cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        const deleted = await stack.ask({ RequestType: 'Delete', PhysicalResourceId }, before());
        expect(deleted.Status).toBe('SUCCESS');
        expect(state(), `busy from call ${call}`).toEqual(wanted);
      },
    });
  });

  it('an Update fails, and the way back ends where it began', async () => {
    const wanted = await undisturbed(world, create);
    await atEachCall({
      world,
      prepare: create,
      disturb: busyFrom,
      doIt: async ({ cloudflare, stack }, call) => {
        const PhysicalResourceId = stack.resource?.id ?? '';
        const old = { OldResourceProperties: before(), PhysicalResourceId };
        await stack.ask({ RequestType: 'Update', ...old }, after(CONFIG));
        cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        const failed = { OldResourceProperties: after(CONFIG), PhysicalResourceId };
        const back = await stack.ask({ RequestType: 'Update', ...failed }, before());
        expect(back.Reason).toBeUndefined();
        expect(state(), `busy from call ${call}`).toEqual(wanted);
      },
    });
  });
});
