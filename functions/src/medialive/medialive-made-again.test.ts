import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EMPTY_BUCKET } from '../media/empty-bucket-fixture.ts';
import type { MediaLiveEndpoint } from './medialive-endpoint-fixture.ts';
import { DEMO, MediaLiveWorld } from './medialive-world-fixture.ts';

const MADE = ['inputSecurityGroups IDLE', 'inputs DETACHED', 'channels RUNNING'];

let world: MediaLiveWorld;
let aws: MediaLiveEndpoint;
/** What happens when a deletion first looks into the bucket: the channel is still there. */
let whileDeleting: (() => Promise<unknown>) | undefined;
beforeEach(async () => {
  const list = async (prefix: string) => {
    const first = whileDeleting;
    whileDeleting = undefined;
    await first?.();
    return await EMPTY_BUCKET.list(prefix);
  };
  world = await MediaLiveWorld.start({ bucket: { ...EMPTY_BUCKET, list } });
  ({ aws } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

async function running(): Promise<void> {
  await world.ask('POST', '/start');
  await world.until('running');
}

/** One that is being made, and stays in this state until its next step. */
async function pausedIn(state: string): Promise<void> {
  // It is passed through at once where AWS says yes.
  if (state === 'idle') aws.refusals.set('POST /prod/channels/ID/start', { status: 409, type: 'ConflictException' });
  await world.ask('POST', '/start');
  await world.until(state);
}

/** What runs was made anew, and can be published with. */
async function expectAnother(before: string): Promise<void> {
  expect(aws.there).toEqual(MADE);
  expect(aws.count('POST /prod/channels')).toBe(2);
  expect(world.streamKey).not.toBe(before);
  expect(await world.authorize(world.streamKey)).toBe(200);
  expect(await world.authorize(before)).toBe(403);
}

describe('a channel that is made again under the name of one that was deleted', () => {
  it.each(['other', 'default'])('has a MediaLive of its own: tenant %s', async (tenantId) => {
    await world.app.admin('POST', '/v1/tenants', { tenantId: 'other', name: 'Other' });
    await running();
    const { streamKey } = world;
    await world.deleteChannel();
    world.app.nowMs += 1;
    await world.makeChannel(tenantId);
    expect(await world.ask('GET', '', tenantId)).toMatchObject({ state: 'absent', isWanted: false, pushUrls: [] });
    expect(await world.ask('POST', '/start', tenantId)).toMatchObject({ isWanted: true, pushUrls: [] });
    await world.until('running', tenantId);
    await expectAnother(streamKey);
  });

  it('has one of its own also while the other one stops', async () => {
    await running();
    const { streamKey } = world;
    await world.deleteChannel();
    await world.app.control.runner.runDue();
    await world.makeChannel();
    await world.ask('POST', '/start');
    await world.until('running');
    await expectAnother(streamKey);
  });

  it('is shown nothing of the other one, whatever state that is left in', async () => {
    await running();
    await world.app.table.put({
      partition: 'channel#demo',
      sort: 'channel',
      body: await channelItem({ createdAtMs: 1 }),
    });
    expect(await world.ask('GET')).toMatchObject({ state: 'absent', isWanted: false, pushUrls: [] });
    await world.rounds(30);
    expect(aws.there).toEqual([]);
  });
});

describe('a MediaLive that is not wanted any more', () => {
  it.each(['creating', 'idle', 'starting', 'running'])(
    'goes, and is made anew with what the channel is then set to: from %s',
    async (state) => {
      await pausedIn(state);
      const ladder = [{ heightPx: 720, bitrateBps: 3_000_000 }];
      expect(['stopping', 'deleting']).toContain((await world.ask('POST', '/stop')).state);
      await world.app.admin('PATCH', '/v1/channels/demo', { ladder });
      await world.ask('POST', '/start');
      await world.until('running');
      expect(aws.there).toEqual(MADE);
      expect(new Set(aws.things.map(({ tags }) => tags['sluice:generation'])).size).toBe(2);
      expect((await world.app.control.mediaLives.get(DEMO))?.value.plan?.ladder).toEqual(ladder);
    },
  );

  it('is shown without the address that nobody is to push to any more', async () => {
    await running();
    await world.ask('POST', '/stop');
    expect(await world.ask('POST', '/start')).toMatchObject({ state: 'stopping', isWanted: true, pushUrls: [] });
  });

  it('goes also where only the wish was written down, as older versions did', async () => {
    await running();
    const { streamKey } = world;
    await changeRecord({ isWanted: false });
    await world.ask('POST', '/start');
    await world.until('running');
    await expectAnother(streamKey);
  });

  it('goes though the wish alone was written down, and nobody wants another one', async () => {
    await running();
    await changeRecord({ isWanted: false });
    await world.until('absent');
    expect(aws.there).toEqual([]);
  });
});

describe('a start and a deletion at the same moment', () => {
  it.each([
    ['before the deletion is done', true],
    ['after it', false],
  ])('leave nothing: the start is written down %s', async (_when, isBefore) => {
    const channel = (await world.app.channels.get(DEMO))?.value;
    // The start has read the channel, and comes to write only now.
    const start = async () => channel && (await world.app.control.mediaLiveDriver?.want(channel));
    if (isBefore) {
      whileDeleting = async () => {
        await start();
        await world.app.control.runner.runDue();
      };
    }
    await world.deleteChannel();
    if (!isBefore) await start();
    await world.rounds(40);
    expect(aws.there).toEqual([]);
    expect((await world.app.control.mediaLives.get(DEMO))?.value).toMatchObject({ isWanted: false, state: 'absent' });
  });

  it('leave nothing of what was being made, though nobody was told of the deletion', async () => {
    await pausedIn('idle');
    await world.app.channels.remove(DEMO);
    await world.rounds(40);
    expect(aws.there).toEqual([]);
  });
});

describe('a record of a version that did not know whose it is', () => {
  it('is its channel’s, which has its key', async () => {
    await running();
    await changeRecord({ owner: undefined });
    expect(await world.ask('GET')).toMatchObject({ state: 'running', isWanted: true });
    await world.rounds(3);
    expect(aws.there).toEqual(MADE);
    expect((await world.app.control.mediaLives.get(DEMO))?.value.owner).toMatchObject({ tenantId: 'default' });
  });

  it('is none of a channel that does not have its key', async () => {
    await running();
    await changeRecord({ owner: undefined, keyId: 'another' });
    expect(await world.ask('GET')).toMatchObject({ state: 'absent', pushUrls: [] });
  });
});

it('a state that does not change is no younger for being looked at', async () => {
  await running();
  const { changedAtMs } = await world.ask('GET');
  await world.rounds(20);
  expect(await world.ask('GET')).toMatchObject({ state: 'running', changedAtMs });
  await world.ask('POST', '/stop');
  expect(await world.ask('GET')).toMatchObject({ state: 'stopping', changedAtMs: world.app.nowMs });
});

const Item = z.looseObject({});

async function channelItem(change: object): Promise<object> {
  return {
    ...Item.parse((await world.app.table.get({ partition: 'channel#demo', sort: 'channel' }))?.body),
    ...change,
  };
}

async function changeRecord(change: object): Promise<void> {
  const key = { partition: 'medialive#demo', sort: 'medialive' };
  const body = { ...Item.parse((await world.app.table.get(key))?.body), ...change };
  await world.app.table.put({ ...key, body });
}
