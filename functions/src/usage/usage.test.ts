import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID, EdgeStory } from '../broadcasts/broadcast-fixture.ts';
import { refusalOf, TestApp } from '../test-app.ts';

const HOUR_MS = 3_600_000;
const Usage = z.looseObject({
  streamMinutes: z.number(),
  viewerMinutes: z.number(),
  storedGbHours: z.number(),
  estimatedBill: z.object({
    currency: z.string(),
    streams: z.number(),
    viewers: z.number(),
    storage: z.number(),
    total: z.number(),
  }),
  channels: z.array(z.looseObject({ channelId: z.string(), streamMinutes: z.number() })),
});

let app: TestApp;
let startMs: number;
beforeEach(async () => {
  app = await TestApp.start();
  startMs = app.nowMs;
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
});
afterEach(() => app[Symbol.dispose]());

async function usage(query = '') {
  return Usage.parse(await (await app.admin('GET', `/v1/usage${query}`)).json());
}
const tell = (...events: object[]) => app.fromEdge({ channelId: 'one', events });

describe('usage', () => {
  it('is nothing where nothing was', async () => {
    expect(await usage()).toMatchObject({
      streamMinutes: 0,
      channels: [],
      estimatedBill: { currency: 'USD', total: 0 },
    });
  });

  it('is what was streamed, watched and stored, however often the edge told it', async () => {
    const story = new EdgeStory(startMs);
    const events = [
      story.started(),
      story.audience(HOUR_MS, 100, 50 * HOUR_MS),
      story.ended(2 * HOUR_MS, { viewersPeak: 100, viewerMs: 100 * HOUR_MS }),
      story.recorded(2 * HOUR_MS, { sizeBytes: 5e9 }),
    ];
    await tell(...events);
    await tell(...events);
    app.nowMs = startMs + 12 * HOUR_MS;
    const used = await usage();
    expect(used).toMatchObject({ streamMinutes: 120, viewerMinutes: 6_000, storedGbHours: 50 });
    expect(used.channels).toMatchObject([{ channelId: 'one', streamMinutes: 120 }]);
    const { streams, viewers, storage, total } = used.estimatedBill;
    expect(total).toBeCloseTo(streams + viewers + storage, 9);
    // Between half of and twice what docs/COST.md says of such a stream.
    expect(streams / 2).toBeGreaterThan(0.2);
    expect(streams / 2).toBeLessThan(0.8);
    expect(viewers / 100).toBeLessThan(0.01);
    expect(storage).toBeCloseTo((50 / 730) * 0.015, 9);
  });

  it('of a time is the part of it that lies there', async () => {
    const story = new EdgeStory(startMs);
    await tell(story.started(), story.ended(2 * HOUR_MS, { viewersPeak: 1, viewerMs: HOUR_MS }));
    app.nowMs = startMs + 12 * HOUR_MS;
    const half = await usage(`?fromMs=${startMs + HOUR_MS}&toMs=${startMs + 3 * HOUR_MS}`);
    expect(half).toMatchObject({ streamMinutes: 60, viewerMinutes: 30 });
    expect(await usage(`?fromMs=${startMs + 3 * HOUR_MS}`)).toMatchObject({ streamMinutes: 0, channels: [] });
    expect(await usage(`?toMs=${startMs}&fromMs=0`)).toMatchObject({ streamMinutes: 0, channels: [] });
  });

  it('of what is live counts until now', async () => {
    await tell(new EdgeStory(startMs).started());
    app.nowMs = startMs + HOUR_MS;
    expect(await usage()).toMatchObject({ streamMinutes: 60 });
  });

  it('of a recording ends when it is deleted, and is still known when its broadcast and channel are gone', async () => {
    const story = new EdgeStory(startMs);
    await tell(story.started(), story.ended(HOUR_MS), story.recorded(HOUR_MS, { sizeBytes: 1e9 }));
    app.nowMs = startMs + 3 * HOUR_MS;
    await app.admin('DELETE', `/v1/recordings/${BROADCAST_ID}`);
    app.nowMs = startMs + 20 * HOUR_MS;
    expect(await usage()).toMatchObject({ streamMinutes: 60, storedGbHours: 2 });
    await app.admin('DELETE', '/v1/channels/one');
    expect(await usage()).toMatchObject({ streamMinutes: 60, storedGbHours: 2 });
  });

  it('is refused a time that ends before it begins', async () => {
    for (const query of ['?fromMs=2&toMs=1', '?fromMs=x', '?fromMs=-1']) {
      expect(await refusalOf(await app.admin('GET', `/v1/usage${query}`))).toEqual([400, 'request-invalid']);
    }
  });
});
