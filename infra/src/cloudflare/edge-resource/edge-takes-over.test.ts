import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atEachCall, undisturbed } from '../testing/at-each-call.ts';
import type { StandInFault } from '../testing/cloudflare-stand-in.ts';
import { AssetStore, EdgeWorld, R2_STORAGE } from '../testing/edge-world.ts';
import type { Properties } from '../testing/stack-stand-in.ts';
import { readWorkerConfig } from './wrangler-config.ts';

const CONFIG = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
const CODE = 'class ChannelObject {} class RelayObject {} class DirectoryObject {}';
const NAME = 'sluice-test';
const BUCKET = `default/${R2_STORAGE.BucketName}`;
const MEDIA_DOMAIN = 'media.example.com';
const TAKEN_OVER_TAG = 'sluice-taken-over';

let assets: AssetStore;
let code: { readonly Bucket: string; readonly Key: string };
let newer: { readonly Bucket: string; readonly Key: string };
let world: EdgeWorld;
beforeAll(async () => {
  assets = await AssetStore.start();
  code = await assets.put('code.js', CODE);
  newer = await assets.put('newer.js', `${CODE} // newer`);
});
afterAll(() => assets[Symbol.asyncDispose]());
beforeEach(async () => {
  world = await EdgeWorld.start(assets);
});
afterEach(async () => {
  const { cloudflare, stack, lostStack } = world;
  await world[Symbol.asyncDispose]();
  expect([...cloudflare.violations, ...stack.violations, ...lostStack.violations]).toEqual([]);
});

/** What the lost stack was told; a test may want it otherwise. */
function before(more: Properties = {}): Properties {
  const Storage = { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN };
  return world.properties(code, CONFIG, { Storage, Routes: ['example.com/tv/*'], ...more });
}

/** The same, for the stack that comes after it. */
function taking(more: Properties = {}): Properties {
  return before({ Code: newer, TakesOver: 'true', ...more });
}

const lose = async () => {
  expect((await world.lostStack.create(before())).Reason).toBeUndefined();
};
const takeOver = async () => {
  expect((await world.stack.create(taking())).Reason).toBeUndefined();
};
const state = () => world.cloudflare.account.snapshot();
const worker = () => world.cloudflare.account.workers.get(NAME);
const bucket = () => world.cloudflare.account.buckets.get(BUCKET);
const refs = (phase: string) => world.cloudflare.account.rulesets.get(phase)?.rules.map(({ ref }) => String(ref)) ?? [];
const firewall = () => refs('http_request_firewall_custom');
const marked = (mark: string | undefined) =>
  JSON.stringify([...world.cloudflare.account.rulesets]).includes(mark ?? '');

/** Neither domain nor Worker is gone, and private broadcasts are shown by none. */
function expectUp(told: string): void {
  const { workerDomains, routes } = world.cloudflare.account;
  expect(worker()?.classes, told).toEqual(new Set(['ChannelObject', 'RelayObject', 'DirectoryObject']));
  expect(workerDomains, told).toMatchObject([{ hostname: 'live.example.com', service: NAME }]);
  expect(routes, told).toMatchObject([{ pattern: 'example.com/tv/*', script: NAME }]);
  expect([...(bucket()?.domains.keys() ?? [])], told).toEqual([MEDIA_DOMAIN]);
  expect(firewall().length, told).toBeGreaterThan(0);
}

describe('a Worker that another stack made', () => {
  it.each([undefined, 'false'])('is refused, which says what can be done (%s)', async (TakesOver) => {
    await lose();
    const kept = state();
    expect((await world.stack.create(taking({ TakesOver }))).Reason).toMatch(
      /another stack of Sluice made.*take it over/,
    );
    expect(state()).toEqual(kept);
  });

  it('becomes the stack’s where it takes over, with its objects and all that leads to it', async () => {
    await lose();
    const [theirs] = worker()?.tags ?? [];
    const { classes, migrationTag } = worker() ?? {};
    world.cloudflare.calls.length = 0;
    await takeOver();
    expect(worker()).toMatchObject({ classes, migrationTag, code: `${CODE} // newer` });
    // Cloudflare would refuse migrations that have been done; deleting would end the objects.
    expect(worker()?.metadata.migrations).toBeUndefined();
    expect(world.cloudflare.calls.filter((call) => /^DELETE .*(scripts|workers|domains)/.test(call))).toEqual([]);
    expect(worker()?.tags).toEqual([expect.stringMatching(/^sluice-[0-9a-f]{16}$/), TAKEN_OVER_TAG]);
    expect(worker()?.tags).not.toContain(theirs);
    expectUp('taken over');
    expect([marked(theirs), firewall().length, bucket()?.cors.length]).toEqual([false, 1, 1]);
  });

  it('has a rule against private broadcasts at every moment', async () => {
    await lose();
    const rulesets = world.cloudflare.account.rulesets.get('http_request_firewall_custom');
    world.cloudflare.calls.length = 0;
    await takeOver();
    const changes = world.cloudflare.calls.filter(
      (call) => /^(POST|DELETE)/.test(call) && call.includes(`${rulesets?.id}`),
    );
    expect(changes.map((call) => call.split(' ')[0])).toEqual(['POST', 'DELETE']);
  });

  it('is taken with more domains, routes and a media domain than it had', async () => {
    const bare = { Storage: R2_STORAGE, Routes: [] };
    expect((await world.lostStack.create(before({ ...bare, Domain: 'old.example.com' }))).Reason).toBeUndefined();
    await takeOver();
    const { workerDomains, routes } = world.cloudflare.account;
    expect(workerDomains.map(({ hostname }) => hostname)).toEqual(['old.example.com', 'live.example.com']);
    expect(routes).toHaveLength(1);
    expect([firewall().length, bucket()?.cors.length]).toEqual([1, 1]);
  });

  it.each([[[]], [['theirs']], [['sluice-prod']], [[TAKEN_OVER_TAG]]])(
    'is not one that a person made, with the tags %j: it is refused and stays',
    async (tags) => {
      await lose();
      const found = worker();
      if (found !== undefined) found.tags = tags;
      const kept = state();
      expect((await world.stack.create(taking())).Reason).toMatch(/Worker sluice-test .* did not make\. Name another/);
      expect(state()).toEqual(kept);
    },
  );

  it('is not taken by an older version of Sluice, and loses nothing', async () => {
    await lose();
    const found = worker();
    if (found !== undefined) found.migrationTag = 'v9';
    const kept = state();
    expect((await world.stack.create(taking())).Reason).toMatch(/migration v9, which this version .* not know/);
    expect(state()).toEqual(kept);
  });

  it('keeps another media domain, closed, until its own stack is deleted', async () => {
    await lose();
    const other = { ...R2_STORAGE, MediaDomain: 'm.example.com' };
    expect((await world.stack.create(taking({ Storage: other }))).Reason).toBeUndefined();
    expect([...(bucket()?.domains.keys() ?? []), firewall().length]).toEqual([MEDIA_DOMAIN, 'm.example.com', 2]);
    expect((await world.lostStack.delete()).Status).toBe('SUCCESS');
    expect([...(bucket()?.domains.keys() ?? []), firewall().length]).toEqual(['m.example.com', 1]);
    expect(worker()).toBeDefined();
  });

  it('does not have to be there', async () => {
    await takeOver();
    expect(worker()?.tags).toHaveLength(1);
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(state()).toMatchObject({ workers: [], workerDomains: [], routes: [], rulesets: [] });
  });
});

describe('when the lost region is back, its stack', () => {
  it.each(['with the take-over', 'after the deployment that follows it'])(
    'deletes nothing that was taken (%s)',
    async (when) => {
      await lose();
      await takeOver();
      if (when !== 'with the take-over') await world.stack.update(taking({ TakesOver: 'false' }));
      const taken = state();
      const { Status } = await world.lostStack.delete();
      expect(Status).toBe('SUCCESS');
      expect(state()).toEqual(taken);
      expectUp('deleted');
    },
  );

  it('changes nothing that was taken', async () => {
    await lose();
    await takeOver();
    const taken = state();
    const { Status, Reason } = await world.lostStack.update(before({ Routes: [], Revision: '2' }));
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('another stack of Sluice made')]);
    expect(state()).toEqual(taken);
  });
});

describe('a take-over', () => {
  it('that is left on is harmless, and the deployment without it makes the Worker the stack’s for good', async () => {
    await lose();
    await takeOver();
    const taken = state();
    expect((await world.stack.update(taking({ Revision: '2' }))).Reason).toBeUndefined();
    expect(state()).toEqual(taken);
    expect((await world.stack.update(taking({ TakesOver: 'false' }))).Reason).toBeUndefined();
    expect(worker()?.tags).toHaveLength(1);
    // Told again, where nothing is left to take.
    expect((await world.stack.update(taking())).Reason).toBeUndefined();
    expect(worker()?.tags).toHaveLength(1);
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(state()).toMatchObject({ workers: [], workerDomains: [], routes: [], rulesets: [] });
    expect([bucket()?.cors, bucket()?.domains.size]).toEqual([[], 0]);
  });

  it('whose stack is deleted before such a deployment leaves the Worker, and says so', async () => {
    await lose();
    await takeOver();
    const taken = state();
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(state()).toEqual(taken);
    expect(world.log.join('\n')).toMatch(/warn The Worker sluice-test was taken over .* it stays/);
    // Another stack goes on from there: here the one that had it before.
    await world.lostStack.delete();
    expect((await world.lostStack.create(taking())).Reason).toBeUndefined();
    expectUp('taken back');
    expect([firewall().length, bucket()?.cors.length]).toEqual([1, 1]);
  });
});

describe('whatever goes wrong at a call, a take-over', () => {
  it.each<StandInFault>(['dies-after', 'cut-before', 'cut-after', 'busy', 'turned-away'])(
    'once: ends the same (%s)',
    async (fault) => {
      const wanted = await undisturbed(world, lose, takeOver);
      const calls = await atEachCall({
        world,
        prepare: lose,
        disturb: ({ cloudflare }, call) => cloudflare.faults.set(call, fault),
        doIt: async (_, call) => {
          await takeOver();
          expect(state(), `${fault} at call ${call}`).toEqual(wanted);
        },
      });
      expect(calls).toBeGreaterThan(20);
    },
  );

  it('for good: fails, is deleted, and has broken nothing that viewers see; the next one ends the same', async () => {
    const wanted = await undisturbed(world, lose, takeOver);
    await atEachCall({
      world,
      prepare: lose,
      disturb: ({ cloudflare }, call) => {
        cloudflare.busyFrom = call;
      },
      doIt: async ({ cloudflare, stack }, call) => {
        const { PhysicalResourceId } = await stack.ask({ RequestType: 'Create' }, taking());
        cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        const calls = cloudflare.calls.length;
        expectUp(`busy from call ${call}`);
        const deleted = await stack.ask({ RequestType: 'Delete', PhysicalResourceId }, taking());
        expect(deleted.Status).toBe('SUCCESS');
        expectUp(`busy from call ${call}, and deleted`);
        await takeOver();
        expect(state(), `busy from call ${call}, and taken over again`).toEqual(wanted);
        // What came after is not what was to go wrong.
        cloudflare.calls.length = calls;
      },
    });
  });
});
