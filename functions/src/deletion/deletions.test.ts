import { ChannelId } from '@sluice/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID, EdgeStory } from '../broadcasts/broadcast-fixture.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { BucketFixture } from '../media/bucket-fixture.ts';
import type { MediaBucket } from '../media/media-bucket.ts';
import { Records } from '../storage/records.ts';
import { DEFAULT_TENANT_ID } from '../tenants/tenant.ts';
import { refusalOf, TestApp } from '../test-app.ts';
import { Deletion, deletionName } from './deletion.ts';

const PREFIX = `one/${BROADCAST_ID}`;
const MEDIA = ['v720/init-0.mp4', 'a128/init-0.mp4'].concat(
  ...['v720', 'a128'].map((id) =>
    [1, 2, 3].flatMap((msn) => [`${id}/${msn}.0.m4s`, `${id}/${msn}.1.m4s`, `${id}/${msn}.m4s`]),
  ),
);
const THUMBNAILS = ['thumbnails/0.jpg', 'thumbnails/1.jpg', 'storyboards/0-2.jpg'];
const OTHERS = ['two/0mxyz0000o1234567890abcd/v720/1.m4s', 'one-more/x', '_vod/0mxyz0009o1234567890abcd.json'];
const DAY_MS = 24 * 3_600_000;

let fixture: BucketFixture;
let app: TestApp;
let story: EdgeStory;
/** How many calls to the bucket go through before it is away; for a removal that is interrupted. */
let callsLeft = Number.POSITIVE_INFINITY;
beforeAll(async () => {
  fixture = await BucketFixture.start();
}, 30_000);
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(async () => {
  callsLeft = Number.POSITIVE_INFINITY;
  app = await TestApp.start({ bucket: interrupted(fixture) });
  story = new EdgeStory(app.nowMs);
  await fixture.put(
    ...MEDIA.concat(THUMBNAILS).map((file) => `${PREFIX}/${file}`),
    `_vod/${BROADCAST_ID}.json`,
    ...OTHERS,
  );
  await app.admin('POST', '/v1/channels', { channelId: 'one', dvrWindowS: 30, recordingRetentionDays: 2 });
});
afterEach(async () => {
  app[Symbol.dispose]();
  await fixture.bucket.remove(await fixture.keys());
});

function interrupted(of: BucketFixture): MediaBucket {
  const count = () => {
    callsLeft -= 1;
    if (callsLeft < 0) throw new Error('the bucket is away');
  };
  return {
    list: async (prefix, after) => {
      count();
      return await of.bucket.list(prefix, after);
    },
    remove: async (keys) => {
      count();
      await of.bucket.remove(keys);
    },
  };
}

const tell = (...events: object[]) => app.fromEdge({ channelId: 'one', events });
const runDue = () => app.control.runner.runDue();
async function clip(firstMsn: number, lastMsn: number): Promise<string> {
  const segments = ['v720', 'a128'].map((renditionId) => ({ renditionId, firstMsn, lastMsn }));
  const fromMs = app.nowMs;
  const times = { fromMs, toMs: fromMs + 2_000 };
  const images = { firstSlot: 1, lastSlot: 1, pictureSlot: 1 };
  const cut = { broadcastId: BROADCAST_ID, ...times, isPrivate: false, segments, images, sizeBytes: 8 };
  app.edge.answers.set('PUT', { status: 200, body: cut });
  const answer = await app.admin('POST', '/v1/clips', { channelId: 'one', from: fromMs, to: fromMs + 2_000 });
  const { clipId } = z.object({ clipId: z.string() }).parse(await answer.json());
  await fixture.put(`_clip/${clipId}.json`);
  return clipId;
}
const left = async () => (await fixture.keys()).filter((key) => !OTHERS.includes(key));
/** Of the slot of the clips that are cut here. */
const IMAGES_1 = ['storyboards/0-2.jpg', 'thumbnails/1.jpg'].map((file) => `${PREFIX}/${file}`);
const SEGMENTS_2 = ['a128/2.m4s', 'a128/init-0.mp4', 'v720/2.m4s', 'v720/init-0.mp4'].map(
  (file) => `${PREFIX}/${file}`,
);

describe('a recording that is deleted', () => {
  beforeEach(() => tell(story.started(), story.ended(10_000), story.recorded(11_000)));

  it('is gone, manifest first, and so are all of its objects; nobody else’s are', async () => {
    expect((await app.admin('DELETE', `/v1/recordings/${BROADCAST_ID}`)).status).toBe(204);
    expect(await left()).toEqual([]);
    expect((await fixture.keys()).sort()).toEqual([...OTHERS].sort());
    expect(await refusalOf(await app.admin('GET', `/v1/recordings/${BROADCAST_ID}`))).toEqual([
      404,
      'no-such-recording',
    ]);
    expect(app.edge.callsBy('DELETE')).toMatchObject([{ path: `/control/v1/channels/one/recordings/${BROADCAST_ID}` }]);
    expect(await (await app.admin('GET', `/v1/broadcasts/${BROADCAST_ID}`)).json()).toMatchObject({ recording: null });
    expect((await app.admin('DELETE', `/v1/recordings/${BROADCAST_ID}`)).status).toBe(204);
  });

  it('leaves what its clips need, until they are deleted too', async () => {
    const first = await clip(2, 2);
    const second = await clip(2, 3);
    await app.admin('DELETE', `/v1/recordings/${BROADCAST_ID}`);
    expect(await left()).toEqual(
      [
        `_clip/${first}.json`,
        `_clip/${second}.json`,
        ...SEGMENTS_2,
        ...IMAGES_1,
        `${PREFIX}/a128/3.m4s`,
        `${PREFIX}/v720/3.m4s`,
      ].sort(),
    );
    await app.admin('DELETE', `/v1/clips/${second}`);
    expect(await left()).toEqual([`_clip/${first}.json`, ...SEGMENTS_2, ...IMAGES_1].sort());
    await app.admin('DELETE', `/v1/clips/${first}`);
    expect(await left()).toEqual([]);
  });

  it('goes on where it was, whenever it is interrupted', async () => {
    for (let calls = 0; calls < 14; calls += 1) {
      callsLeft = calls;
      expect((await app.admin('DELETE', `/v1/recordings/${BROADCAST_ID}`)).status).toBe(204);
    }
    callsLeft = 0;
    app.edge.status = 503;
    app.nowMs += 15_000;
    await runDue();
    callsLeft = Number.POSITIVE_INFINITY;
    app.edge.status = 200;
    app.nowMs += 60_000;
    await runDue();
    expect(await left()).toEqual([]);
    expect(await refusalOf(await app.admin('GET', `/v1/recordings/${BROADCAST_ID}`))).toEqual([
      404,
      'no-such-recording',
    ]);
  });

  it('is finished by the next process when this one dies in its midst', async () => {
    callsLeft = 2;
    await app.admin('DELETE', `/v1/recordings/${BROADCAST_ID}`);
    expect((await left()).length).toBeGreaterThan(0);
    using next = await TestApp.start({ directory: app.directory, bucket: fixture.bucket });
    next.nowMs = app.nowMs + 60_000;
    await next.control.runner.runDue();
    expect(await left()).toEqual([]);
  });
});

describe('what time removes', () => {
  it('are the media of a broadcast that is no recording, once nobody can see it', async () => {
    await tell(story.started({ isRecorded: false }), story.ended(10_000));
    app.nowMs += 10_000 + 30_000 + 10 * 60_000 - 1;
    await runDue();
    expect((await left()).length).toBe(MEDIA.length + THUMBNAILS.length + 1);
    app.nowMs += 1;
    await runDue();
    expect(await left()).toEqual([`_vod/${BROADCAST_ID}.json`]);
    expect(await (await app.admin('GET', `/v1/broadcasts/${BROADCAST_ID}`)).json()).toMatchObject({ state: 'ended' });
    app.nowMs += 60_000;
    await runDue();
    expect(await app.control.queue.nextAtMs()).toBeUndefined();
  });

  it('are not the pictures of clips of a broadcast that is no recording', async () => {
    await tell(story.started({ isRecorded: false }));
    const cut = await clip(2, 2);
    await tell(story.ended(10_000));
    app.nowMs += 10_000 + 30_000 + 10 * 60_000;
    await runDue();
    const manifests = [`_clip/${cut}.json`, `_vod/${BROADCAST_ID}.json`];
    expect(await left()).toEqual([...manifests, ...SEGMENTS_2, ...IMAGES_1].sort());
    await app.admin('DELETE', `/v1/clips/${cut}`);
    expect(await left()).toEqual([`_vod/${BROADCAST_ID}.json`]);
  });

  it('are the parts of a recording, whose segments and pictures stay', async () => {
    await tell(story.started(), story.ended(10_000), story.recorded(11_000));
    app.nowMs += 11_000 + 30_000 + 10 * 60_000;
    await runDue();
    const kept = MEDIA.filter((file) => !/\.[0-9]+\.m4s$/.test(file)).concat(THUMBNAILS);
    expect(await left()).toEqual([`_vod/${BROADCAST_ID}.json`, ...kept.map((file) => `${PREFIX}/${file}`).sort()]);
  });

  it('are recordings whose time is over', async () => {
    await tell(story.started(), story.ended(10_000), story.recorded(11_000));
    app.nowMs += 11_000 + 2 * DAY_MS - 1;
    await runDue();
    expect((await app.admin('GET', `/v1/recordings/${BROADCAST_ID}`)).status).toBe(200);
    app.nowMs += 1;
    await runDue();
    expect(await left()).toEqual([]);
    expect((await app.admin('GET', `/v1/recordings/${BROADCAST_ID}`)).status).toBe(404);
    await runDue();
    app.nowMs += 60_000;
    await runDue();
    expect(await app.control.queue.nextAtMs()).toBeUndefined();
  });

  it('is earlier, later or never when the owner says so', async () => {
    await tell(story.started(), story.ended(10_000), story.recorded(11_000));
    const path = `/v1/recordings/${BROADCAST_ID}`;
    await app.admin('PATCH', path, { expiresAtMs: null });
    app.nowMs += 400 * DAY_MS;
    await runDue();
    expect((await app.admin('GET', path)).status).toBe(200);
    await app.admin('PATCH', path, { expiresAtMs: app.nowMs - 1 });
    await runDue();
    expect((await app.admin('GET', path)).status).toBe(404);
    expect(await left()).toEqual([]);
  });
});

describe('a broadcast that is deleted', () => {
  it('is gone with its recording, its clips and all objects, and is in no list', async () => {
    await tell(story.started(), story.ended(10_000), story.recorded(11_000));
    const clipId = await clip(1, 2);
    await app.admin('DELETE', `/v1/broadcasts/${BROADCAST_ID}`);
    expect(await left()).toEqual([]);
    for (const path of [`/v1/broadcasts/${BROADCAST_ID}`, `/v1/recordings/${BROADCAST_ID}`, `/v1/clips/${clipId}`]) {
      expect((await app.admin('GET', path)).status).toBe(404);
    }
    expect(await (await app.admin('GET', '/v1/channels/one/broadcasts')).json()).toMatchObject({ broadcasts: [] });
  });

  it('has to have ended', async () => {
    await tell(story.started());
    const path = `/v1/broadcasts/${BROADCAST_ID}`;
    expect(await refusalOf(await app.admin('DELETE', path))).toEqual([409, 'broadcast-live']);
    expect((await left()).length).toBeGreaterThan(0);
  });
});

describe('a channel that is deleted', () => {
  it('is gone with everything, also with what nobody ever told of', async () => {
    await tell(story.started(), story.ended(10_000), story.recorded(11_000));
    await clip(1, 2);
    await fixture.put('one/0mxyz0002o1234567890abcd/v720/1.0.m4s');
    expect((await app.admin('DELETE', '/v1/channels/one')).status).toBe(204);
    expect((await fixture.keys()).sort()).toEqual([...OTHERS].sort());
    expect((await app.admin('GET', '/v1/channels/one')).status).toBe(404);
    expect((await app.admin('GET', `/v1/broadcasts/${BROADCAST_ID}`)).status).toBe(404);
    const deletes = app.edge.callsBy('DELETE').map(({ path }) => path);
    expect(deletes).toContain('/control/v1/channels/one');
    expect((await app.admin('POST', '/v1/channels', { channelId: 'one' })).status).toBe(201);
    expect(await (await app.admin('GET', '/v1/channels/one/broadcasts')).json()).toMatchObject({ broadcasts: [] });
  });

  it('while that goes on lets nobody in, cannot be changed, and its name is not given away', async () => {
    const made = await (await app.admin('POST', '/v1/channels/one/stream-keys', {})).json();
    const { streamKey } = z.object({ streamKey: z.string() }).parse(made);
    callsLeft = 0;
    await app.admin('DELETE', '/v1/channels/one');
    expect(await (await app.admin('GET', '/v1/channels/one')).json()).toMatchObject({ isBeingDeleted: true });
    const ask = { streamKey, protocol: 'rtmp', clientAddress: '192.0.2.1', nodeId: 'n' };
    expect(await refusalOf(await app.node('/v1/ingest/authorize', ask))).toEqual([403, 'channel-disabled']);
    const refused = [409, 'channel-being-deleted'];
    expect(await refusalOf(await app.admin('PATCH', '/v1/channels/one', { isDisabled: false }))).toEqual(refused);
    expect(await refusalOf(await app.admin('POST', '/v1/channels', { channelId: 'one' }))).toEqual(refused);
    callsLeft = Number.POSITIVE_INFINITY;
    app.nowMs += 15_000;
    await runDue();
    expect((await app.admin('GET', '/v1/channels/one')).status).toBe(404);
    expect(await left()).toEqual([`_vod/${BROADCAST_ID}.json`]);
  });

  it('leaves a later one of its name alone, also when it dies after its last step and is done once more', async () => {
    await app.admin('DELETE', '/v1/channels/one');
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    await fixture.put('one/0mxyz0002o1234567890abcd/v720/1.0.m4s');
    const known = { channelId: ChannelId.parse('one'), tenantId: DEFAULT_TENANT_ID };
    const deletion: Deletion = {
      ...known,
      subject: { kind: 'channel' },
      requestedAtMs: 1,
      removedObjects: 1,
      removedBytes: 1,
    };
    const name = deletionName(deletion);
    await new Records(app.table, Deletion).put({ partition: 'deletions', sort: name }, deletion);
    await new JobQueue(app.table, () => undefined).add({ kind: 'deletion', name, dueAtMs: app.nowMs });
    await runDue();
    expect(await app.table.get({ partition: 'deletions', sort: name })).toBeUndefined();
    expect((await app.admin('GET', '/v1/channels/one')).status).toBe(200);
    expect(await left()).toContain('one/0mxyz0002o1234567890abcd/v720/1.0.m4s');
  });

  it('waits for the edge, which must let nobody watch it any more', async () => {
    app.edge.status = 503;
    await app.admin('DELETE', '/v1/channels/one');
    expect((await left()).length).toBeGreaterThan(1);
    app.edge.status = 200;
    app.nowMs += 15_000;
    await runDue();
    expect((await app.admin('GET', '/v1/channels/one')).status).toBe(404);
  });
});
