import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';
import { BROADCAST_ID, EdgeStory } from './broadcast-fixture.ts';

const PATH = `/v1/broadcasts/${BROADCAST_ID}`;
const List = z.object({ broadcasts: z.array(z.looseObject({ broadcastId: z.string() })), next: z.string().nullable() });

let app: TestApp;
let story: EdgeStory;
beforeEach(async () => {
  app = await TestApp.start();
  story = new EdgeStory(app.nowMs);
  await app.admin('POST', '/v1/channels', { channelId: 'one', isRecorded: true, recordingRetentionDays: 7 });
});
afterEach(() => app[Symbol.dispose]());

async function tell(...events: object[]): Promise<number> {
  const answer = await app.fromEdge({ channelId: 'one', events });
  expect(answer.status).toBe(200);
  return z.object({ takenThrough: z.int() }).parse(await answer.json()).takenThrough;
}
const shown = async () => (await app.admin('GET', PATH)).json();
const list = async (path: string) => List.parse(await (await app.admin('GET', path)).json());

describe('a broadcast', () => {
  it('is live once the edge says so, and shows what it is', async () => {
    const started = story.started();
    expect(await tell(started)).toBe(started.sequence);
    expect(await shown()).toMatchObject({
      channelId: 'one',
      tenantId: 'default',
      state: 'live',
      startedAtMs: app.nowMs,
      endedAtMs: null,
      renditions: [{ renditionId: 'v720', heightPx: 720 }, { renditionId: 'a128' }],
      warnings: [],
      recording: null,
    });
    expect((await list('/v1/broadcasts')).broadcasts).toHaveLength(1);
    expect((await list('/v1/channels/one/broadcasts')).broadcasts).toHaveLength(1);
  });

  it('knows since when nobody sends, who watches, and the most who did', async () => {
    await tell(story.started(), story.absent(5_000));
    expect(await shown()).toMatchObject({ absentSinceMs: app.nowMs + 5_000 });
    await tell(story.back(8_000, 3_000), story.audience(60_000, 40, 1_800_000), story.audience(120_000, 10, 2_400_000));
    expect(await shown()).toMatchObject({
      absentSinceMs: null,
      viewers: 10,
      totals: { viewersPeak: 40, viewerMs: 2_400_000, liveMs: 120_000 },
    });
  });

  it('has ended, is not live any more, and stays in the list', async () => {
    await tell(story.started(), story.ended(60_000, { viewersPeak: 3 }));
    expect(await shown()).toMatchObject({
      state: 'ended',
      endReason: 'publisher-stopped',
      endedAtMs: app.nowMs + 60_000,
      viewers: 0,
      totals: { viewersPeak: 3 },
    });
    expect((await list('/v1/broadcasts')).broadcasts).toEqual([]);
    expect((await list('/v1/channels/one/broadcasts')).broadcasts).toHaveLength(1);
  });

  it('has a recording, for as long as its channel keeps them', async () => {
    await tell(story.started(), story.ended(60_000), story.recorded(61_000, { gapMs: 500 }));
    const recording = { readyAtMs: app.nowMs + 61_000, durationMs: 61_000, sizeBytes: 3_000_000, gapMs: 500 };
    const expiresAtMs = recording.readyAtMs + 7 * 24 * 3_600_000;
    expect(await shown()).toMatchObject({ recording: { ...recording, expiresAtMs } });
    expect(await (await app.admin('GET', '/v1/recordings')).json()).toMatchObject({
      recordings: [
        { broadcastId: BROADCAST_ID, ...recording, urls: { hls: `${app.edge.url}/vod/${BROADCAST_ID}/index.m3u8` } },
      ],
      next: null,
    });
    const path = `/v1/recordings/${BROADCAST_ID}`;
    expect(await (await app.admin('PATCH', path, { expiresAtMs: null })).json()).toMatchObject({ expiresAtMs: null });
    expect(await refusalOf(await app.admin('PATCH', path, {}))).toEqual([400, 'request-invalid']);
  });

  it('comes with the warnings of its ingest node, each once with how often', async () => {
    await tell(story.started());
    const warning = { kind: 'health-warning', channelId: 'one', broadcastId: BROADCAST_ID, code: 'long-gop' };
    for (const [index, sentence] of ['Set 2 s.', 'Set 2 s.', 'Set 1 s.'].entries()) {
      const event = { ...warning, eventId: `warning-${index}`, atMs: app.nowMs + index, sentence };
      await app.node('/v1/ingest/events', { nodeId: 'n', events: [event] });
      await app.node('/v1/ingest/events', { nodeId: 'n', events: [event] });
    }
    expect(await shown()).toMatchObject({
      warnings: [{ code: 'long-gop', sentence: 'Set 1 s.', count: 3, firstAtMs: app.nowMs, lastAtMs: app.nowMs + 2 }],
    });
  });

  it('comes with how its source was last', async () => {
    await tell(story.started());
    expect(await shown()).toMatchObject({ health: null });
    const figures = { kind: 'figures', channelId: 'one', broadcastId: BROADCAST_ID, bitrateBps: 4_000_000 };
    const pace = { encodeSpeed: 3.4, encodeLagMs: 60, uploadLagMsP50: 40, uploadLagMsP95: 90, widthPx: 1_920 };
    const events = [
      { ...figures, eventId: 'figures-1', atMs: app.nowMs + 10_000, fps: 29.9, rttMs: 80 },
      { ...figures, eventId: 'figures-2', atMs: app.nowMs + 20_000, fps: 30, ...pace },
    ];
    await app.node('/v1/ingest/events', { nodeId: 'n', events });
    await app.node('/v1/ingest/events', { nodeId: 'n', events: events.slice(0, 1) });
    const { health } = z.object({ health: z.unknown() }).parse(await shown());
    expect(health).toEqual({ atMs: app.nowMs + 20_000, fps: 30, bitrateBps: 4_000_000, ...pace });
  });

  it('is taken in once, however often and in whatever pieces it is told', async () => {
    const events = [
      story.started(),
      story.absent(1),
      story.back(2, 1),
      story.audience(60_000, 4, 9),
      story.ended(70_000),
    ];
    await tell(...events);
    const first = await shown();
    for (const event of events) await tell(event);
    await tell(...[...events].reverse());
    expect(await tell(...events)).toBe(events.at(-1)?.sequence);
    expect(await shown()).toEqual(first);
  });

  it('of which the beginning was never told is passed over, and those after it are not', async () => {
    const other = new EdgeStory(app.nowMs + 1_000, '0mxyz0001o1234567890abcd');
    const events = [story.ended(10), other.started(), other.audience(60_000, 1, 1)];
    expect(await tell(...events)).toBe(events.at(-1)?.sequence);
    expect(await refusalOf(await app.admin('GET', PATH))).toEqual([404, 'no-such-broadcast']);
    expect((await list('/v1/broadcasts')).broadcasts).toHaveLength(1);
  });

  it('is ended by its owner, who says for how long the channel is closed, or that it is not', async () => {
    const end = (body: unknown, headers = {}) => app.admin('POST', `${PATH}/end`, body, headers);
    expect(await refusalOf(await end({}))).toEqual([404, 'no-such-broadcast']);
    await tell(story.started());
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    expect(await refusalOf(await end({}, { 'sluice-tenant': 'others' }))).toEqual([404, 'no-such-broadcast']);
    for (const keepOutS of [-1, 0.5, 3_601, '60', null]) {
      expect(await refusalOf(await end({ keepOutS }))).toEqual([400, 'request-invalid']);
    }
    const closed = async () => (await app.channels.get(ChannelId.parse('one')))?.value;
    expect(await closed()).toMatchObject({ kickedAtMs: 0, closedUntilMs: 0 });
    for (const [body, closedS] of [
      [{}, 60],
      [{ keepOutS: 3_600 }, 3_600],
      [{ keepOutS: 0 }, 0],
    ] as const) {
      app.nowMs += 1_000;
      expect((await end(body)).status).toBe(204);
      expect(await closed()).toMatchObject({ kickedAtMs: app.nowMs, closedUntilMs: app.nowMs + closedS * 1_000 });
    }
  });

  it('comes with what it cost, for whoever may see usage', async () => {
    const HOUR_MS = 3_600_000;
    await tell(story.started(), story.audience(HOUR_MS, 1, HOUR_MS));
    app.nowMs += HOUR_MS;
    const cost = await (await app.admin('GET', `${PATH}/cost`)).json();
    expect(cost).toEqual({
      ...{ broadcastId: BROADCAST_ID, pricesOf: '2026-11', storage: 'r2', recordingUsdMonth: 0 },
      ...{ liveMs: HOUR_MS, viewerMs: HOUR_MS, requests: 5_508 },
      // By hand in usage/broadcast-cost.test.ts.
      ...{ totalUsd: 0.370146, streamUsd: 0.359226, viewersUsd: 0.01092 },
      items: {
        ...{ nodeUsd: 0.163, egressUsd: 0.106434, storageWritesUsd: 0.079307, storageReadsUsd: 0.002411 },
        ...{ edgeRequestsUsd: 0.003732, objectRequestsUsd: 0.003742, objectDurationUsd: 0.01152 },
      },
    });
    expect(await shown()).toMatchObject({ costUsd: 0.370146 });
    for (const path of ['/v1/broadcasts', '/v1/channels/one/broadcasts']) {
      expect((await list(path)).broadcasts).toMatchObject([{ costUsd: 0.370146 }]);
    }
    const { apiToken } = z
      .object({ apiToken: z.string() })
      .parse(await (await app.admin('POST', '/v1/api-tokens', { name: 'x', scopes: ['broadcasts:read'] })).json());
    expect(await (await app.as(apiToken, 'GET', PATH)).json()).toMatchObject({ costUsd: null });
    expect(await refusalOf(await app.as(apiToken, 'GET', `${PATH}/cost`))).toEqual([403, 'scope-missing']);
    await tell(story.ended(2 * HOUR_MS), story.recorded(2 * HOUR_MS, { sizeBytes: 2e9 }));
    app.nowMs += 10 * HOUR_MS;
    expect(await (await app.admin('GET', `${PATH}/cost`)).json()).toMatchObject({
      liveMs: 2 * HOUR_MS,
      recordingUsdMonth: 0.03,
      items: { nodeUsd: 0.326 },
    });
    expect(await refusalOf(await app.admin('GET', '/v1/broadcasts/0000000000000000/cost'))).toEqual([
      404,
      'no-such-broadcast',
    ]);
  });

  it('of a channel that is not there is dropped', async () => {
    const started = story.started();
    const answer = await app.fromEdge({ channelId: 'gone', events: [started] });
    expect(await answer.json()).toEqual({ takenThrough: started.sequence });
  });

  it('takes the place of the one before among those that are live', async () => {
    const later = new EdgeStory(app.nowMs + 60_000, '0mxyz0001o1234567890abcd');
    await tell(story.started());
    await tell(later.started());
    // The end of the one before, told late.
    await tell({ ...story.ended(60_000), sequence: app.nowMs + 90_000 });
    expect((await list('/v1/broadcasts')).broadcasts).toMatchObject([{ broadcastId: '0mxyz0001o1234567890abcd' }]);
    const past = await list('/v1/channels/one/broadcasts?limit=1');
    expect(past).toMatchObject({
      broadcasts: [{ broadcastId: '0mxyz0001o1234567890abcd' }],
      next: '0mxyz0001o1234567890abcd',
    });
    const before = await list(`/v1/channels/one/broadcasts?limit=1&before=${past.next}`);
    expect(before).toMatchObject({ broadcasts: [{ broadcastId: BROADCAST_ID }], next: null });
  });

  it('is nobody else’s', async () => {
    await tell(story.started(), story.ended(1), story.recorded(2));
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    const others = { 'sluice-tenant': 'others' };
    expect((await app.admin('GET', `${PATH}/cost`, undefined, others)).status).toBe(404);
    for (const path of [PATH, `/v1/recordings/${BROADCAST_ID}`]) {
      expect((await app.admin('GET', path, undefined, others)).status).toBe(404);
      expect((await app.admin('DELETE', path, undefined, others)).status).toBe(204);
    }
    expect((await app.admin('PATCH', `/v1/recordings/${BROADCAST_ID}`, { expiresAtMs: 1 }, others)).status).toBe(404);
    expect(await shown()).toMatchObject({ recording: { sizeBytes: 3_000_000 } });
    expect(await (await app.admin('GET', '/v1/recordings', undefined, others)).json()).toEqual({
      recordings: [],
      next: null,
    });
  });
});

describe('the edge’s address', () => {
  it('is for the edge only', async () => {
    const body = { channelId: 'one', events: [story.started()] };
    for (const answer of [await app.node('/v1/edge/events', body), await app.admin('POST', '/v1/edge/events', body)]) {
      expect(await refusalOf(answer)).toEqual([401, 'token-invalid']);
    }
  });

  it('refuses what is no event', async () => {
    for (const events of [
      [],
      [{ kind: 'other' }],
      [{ ...story.started(), sequence: 0 }],
      [{ ...story.absent(1), more: 1 }],
    ]) {
      expect(await refusalOf(await app.fromEdge({ channelId: 'one', events }))).toEqual([400, 'request-invalid']);
    }
  });
});
