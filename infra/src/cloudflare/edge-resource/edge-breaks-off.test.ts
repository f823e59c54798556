import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StandInFault } from '../testing/cloudflare-stand-in.ts';
import { AssetStore, CREDENTIALS_ARN, EdgeWorld, publicKey, R2_STORAGE } from '../testing/edge-world.ts';
import type { Properties } from '../testing/stack-stand-in.ts';
import { readWorkerConfig } from './wrangler-config.ts';

const CONFIG = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
const CODE = 'class ChannelObject {} class RelayObject {} class DirectoryObject {}';
const NEWER = `${CODE} class NewerObject {}`;
const NEWER_CONFIG = {
  ...CONFIG,
  migrations: [...CONFIG.migrations, { tag: 'v3', new_sqlite_classes: ['NewerObject'] }],
};
/** Far more than there are: what it takes to see that a loop over them does not end. */
const CALLS_MAX = 200;
const KEYS = { keys: [publicKey()] };

let assets: AssetStore;
let code: { readonly Bucket: string; readonly Key: string };
let newer: { readonly Bucket: string; readonly Key: string };
beforeAll(async () => {
  assets = await AssetStore.start();
  code = await assets.put('code.js', CODE);
  newer = await assets.put('newer.js', NEWER);
});
afterAll(() => assets[Symbol.asyncDispose]());

function before(world: EdgeWorld): Properties {
  const Storage = { ...R2_STORAGE, MediaDomain: 'media.example.com' };
  return world.properties(code, CONFIG, { Storage, Routes: ['example.com/tv/*'], ControlUrl: world.controlUrl });
}

/** Another domain, route, media domain and name of the deployment; newer code, with a migration if it says so. */
function after(world: EdgeWorld, config: unknown): Properties {
  const Storage = { ...R2_STORAGE, MediaDomain: 'm.example.com', MediaDaysMax: '30' };
  const names = { Domain: 'tv.example.com', Routes: ['example.com/a/*'], Deployment: 'other' };
  return world.properties(newer, config, { Storage, ...names });
}

/** What there is in the end, without the address of the control API, which each world has its own of. */
function stateOf(world: EdgeWorld): unknown {
  const text = JSON.stringify(world.cloudflare.account.snapshot());
  return JSON.parse(text.replaceAll(world.controlUrl, 'http://control'));
}

function expectWhole(world: EdgeWorld): void {
  const { cloudflare, stack, secrets } = world;
  expect([...cloudflare.violations, ...stack.violations]).toEqual([]);
  const [token] = cloudflare.account.tokens;
  const stored = JSON.parse(secrets.secrets.get(CREDENTIALS_ARN) ?? '{}');
  if (token === undefined) return;
  const secretAccessKey = createHash('sha256').update(token.value).digest('hex');
  expect(stored).toEqual({ accessKeyId: token.id, secretAccessKey });
}

/**
 * Does something in a new world each time, and lets it go wrong at the call of each number in turn; resolves with how many
 * there were. `then` sees what became of it.
 */
async function atEachCall(
  prepare: (world: EdgeWorld) => Promise<void>,
  disturb: (world: EdgeWorld, call: number) => void,
  then: (world: EdgeWorld, call: number) => Promise<void>,
): Promise<number> {
  for (let call = 0; call < CALLS_MAX; call++) {
    await using world = await EdgeWorld.start(assets, KEYS);
    await prepare(world);
    const made = world.cloudflare.calls.length;
    disturb(world, made + call);
    await then(world, call);
    world.cloudflare.faults.clear();
    if (world.cloudflare.calls.length <= made + call) return call;
  }
  throw new Error('it never ends');
}

const nothing = async () => undefined;
const create = async (world: EdgeWorld) => {
  expect((await world.stack.create(before(world))).Reason).toBeUndefined();
};

async function undisturbed(prepare: (world: EdgeWorld) => Promise<void>, act: (world: EdgeWorld) => Promise<unknown>) {
  await using world = await EdgeWorld.start(assets, KEYS);
  await prepare(world);
  await act(world);
  expectWhole(world);
  return stateOf(world);
}

const DEATHS: readonly StandInFault[] = ['dies-before', 'dies-after'];

describe.each(DEATHS)('the function %s a call is done, and Lambda starts it again:', (fault) => {
  it.each([
    ['a Create', nothing, create],
    ['an Update', create, (world: EdgeWorld) => world.stack.update(after(world, CONFIG))],
    ['an Update with a migration', create, (world: EdgeWorld) => world.stack.update(after(world, NEWER_CONFIG))],
    ['a Delete', create, (world: EdgeWorld) => world.stack.delete()],
  ] as const)('%s ends as if nothing had been', async (_, prepare, act) => {
    const wanted = await undisturbed(prepare, act);
    const calls = await atEachCall(
      prepare,
      (world, call) => world.cloudflare.faults.set(call, fault),
      async (world, call) => {
        await act(world);
        expect([call, world.stack.answers.at(-1)?.Reason]).toEqual([call, undefined]);
        expect(stateOf(world), `died at call ${call}`).toEqual(wanted);
        expectWhole(world);
      },
    );
    expect(calls).toBeGreaterThan(10);
  });
});

describe('the line breaks, or Cloudflare has too much to do:', () => {
  it.each<StandInFault>(['cut-before', 'cut-after', 'busy', 'turned-away'])(
    '%s once does not matter',
    async (fault) => {
      const wanted = await undisturbed(nothing, create);
      await atEachCall(
        nothing,
        (world, call) => world.cloudflare.faults.set(call, fault),
        async (world, call) => {
          await create(world);
          expect(stateOf(world), `${fault} at call ${call}`).toEqual(wanted);
          expectWhole(world);
        },
      );
    },
  );
});

describe('from some call on nothing goes any more:', () => {
  it('a Create fails, and its Delete leaves nothing but the bucket', async () => {
    await atEachCall(
      nothing,
      (world, call) => {
        world.cloudflare.busyFrom = call;
      },
      async (world) => {
        const answer = await world.stack.ask({ RequestType: 'Create' }, before(world));
        world.cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        const { PhysicalResourceId } = answer;
        const deleted = await world.stack.ask({ RequestType: 'Delete', PhysicalResourceId }, before(world));
        expect(deleted.Status).toBe('SUCCESS');
        const { buckets, ...others } = JSON.parse(JSON.stringify(world.cloudflare.account.snapshot()));
        expect(others).toEqual({ workers: [], workerDomains: [], routes: [], tokens: [], rulesets: [], records: [] });
        for (const [, bucket] of buckets) expect(bucket).toMatchObject({ cors: [], domains: [] });
      },
    );
  });

  it('an Update fails, and the way back ends where it began', async () => {
    const wanted = await undisturbed(nothing, create);
    await atEachCall(
      create,
      (world, call) => {
        world.cloudflare.busyFrom = call;
      },
      async (world, call) => {
        const PhysicalResourceId = world.stack.resource?.id ?? '';
        const old = { OldResourceProperties: before(world), PhysicalResourceId };
        await world.stack.ask({ RequestType: 'Update', ...old }, after(world, CONFIG));
        world.cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        const failed = { OldResourceProperties: after(world, CONFIG), PhysicalResourceId };
        const back = await world.stack.ask({ RequestType: 'Update', ...failed }, before(world));
        expect(back.Reason).toBeUndefined();
        expect(stateOf(world), `busy from call ${call}`).toEqual(wanted);
        expectWhole(world);
      },
    );
  });
});
