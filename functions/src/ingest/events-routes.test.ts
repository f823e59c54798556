import { EVENTS_PER_BATCH_MAX, IngestEventPage } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, TestApp } from '../test-app.ts';
import { EVENTS_PER_CHANNEL_MAX, FIGURES_PER_CHANNEL_MAX } from './event-log.ts';

const EVENTS = '/v1/ingest/events';
const common = { channelId: 'one', broadcastId: '0123456789abcdef', atMs: 1_800_000_000_000 };
const figures = { ...common, kind: 'figures', eventId: 'figures-1', fps: 29.97, bitrateBps: 4_000_000 };
const started = {
  ...common,
  kind: 'broadcast-started',
  eventId: 'started-1',
  protocol: 'srt',
  isResumed: false,
};

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
});
afterEach(() => app[Symbol.dispose]());

async function tell(...events: unknown[]): Promise<unknown> {
  const answer = await app.node(EVENTS, { nodeId: 'node-1', events });
  expect(answer.status).toBe(200);
  return await answer.json();
}

async function page(query = '', channelId = 'one', list = 'events'): Promise<IngestEventPage> {
  const answer = await app.admin('GET', `/v1/channels/${channelId}/${list}${query}`);
  expect(answer.status).toBe(200);
  return IngestEventPage.parse(await answer.json());
}

describe('events', () => {
  it.each([
    started,
    { ...common, kind: 'publisher-absent', eventId: 'absent-1', reason: 'peer-left' },
    { ...common, kind: 'publisher-back', eventId: 'back-001', absentMs: 4_500 },
    { ...common, kind: 'broadcast-ended', eventId: 'ended-01', reason: 'unpublished' },
    { ...common, kind: 'health-warning', eventId: 'health-1', code: 'long-gop', sentence: 'Set a keyframe interval.' },
  ])('come back as they were told: %j', async (event) => {
    expect(await tell(event)).toEqual({ kept: 1, dropped: 0 });
    const { events } = await page();
    expect(events).toEqual([{ sequence: expect.any(Number), receivedAtMs: app.nowMs, nodeId: 'node-1', event }]);
  });

  it.each([
    figures,
    { ...figures, keyframeIntervalMs: 2_000, driftMs: -12.5, rttMs: 80, lossRatio: 0.05 },
    { ...figures, encodeSpeed: 0.9, encodeLagMs: 1_500, uploadLagMsP50: 30, uploadLagMsP95: 80, announceLagMsP95: 60 },
    { ...figures, protocol: 'srt', videoCodec: 'hevc', audioCodec: 'opus', widthPx: 1_280, heightPx: 720 },
  ])('that are figures are in a list of their own: %j', async (event) => {
    expect(await tell(event)).toEqual({ kept: 1, dropped: 0 });
    expect((await page()).events).toEqual([]);
    expect((await page('', 'one', 'figures')).events.map((kept) => kept.event)).toEqual([event]);
  });

  it('told again are there once, as they were the first time', async () => {
    const back = { ...common, kind: 'publisher-back', eventId: 'back-001', absentMs: 4_500 };
    await tell(started, back);
    app.nowMs += 1_000;
    expect(await tell({ ...started, isResumed: true }, back)).toEqual({ kept: 2, dropped: 0 });
    const { events } = await page();
    expect(events.map(({ event }) => event)).toEqual([started, back]);
    expect(events.map(({ receivedAtMs }) => receivedAtMs)).toEqual([app.nowMs - 1_000, app.nowMs - 1_000]);
  });

  it('are of their channel: the same id in another one is another event, and they go with it', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'two' });
    await tell(started, { ...started, channelId: 'two', isResumed: true });
    expect((await page()).events.map(({ event }) => event)).toEqual([started]);
    expect((await page('', 'two')).events).toHaveLength(1);
    await app.admin('DELETE', '/v1/channels/two');
    await app.admin('POST', '/v1/channels', { channelId: 'two' });
    expect((await page('', 'two')).events).toEqual([]);
  });

  it('of a channel that is gone are dropped, and those beside them are kept', async () => {
    expect(await tell({ ...started, channelId: 'gone' }, started)).toEqual({ kept: 1, dropped: 1 });
    expect((await page()).events).toHaveLength(1);
  });

  it.each([
    { ...started, kind: 'something' },
    { ...started, more: 1 },
    { ...started, eventId: 'short' },
    { ...started, broadcastId: 'X' },
    { ...common, kind: 'publisher-back', eventId: 'back-001', absentMs: -1 },
    { ...common, kind: 'health-warning', eventId: 'health-1', code: 'Long GOP', sentence: 'x' },
    { ...common, kind: 'health-warning', eventId: 'health-1', code: 'long-gop', sentence: 'x'.repeat(301) },
    { ...figures, lossRatio: 1.01 },
    { ...figures, fps: null },
    { ...figures, encodeSpeed: -1 },
    { ...figures, encodeSpeed: 1_001 },
    { ...figures, uploadLagMsP95: 600_001 },
    { ...figures, widthPx: 0 },
    { ...figures, videoCodec: 'H.264' },
    { ...figures, protocol: 'http' },
  ])('are refused whole where one is none: %j', async (event) => {
    const answer = await app.node(EVENTS, { nodeId: 'node-1', events: [started, event] });
    expect(await refusalOf(answer)).toEqual([400, 'request-invalid']);
    expect((await page()).events).toEqual([]);
  });

  it('come in batches of so many, with sentences as long as they may be', async () => {
    const event = { ...common, kind: 'health-warning', code: `c${'x'.repeat(63)}`, sentence: '€'.repeat(300) };
    const batch = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...event, eventId: `${'e'.repeat(55)}-${1_000 + index}` }));
    expect(await tell(...batch(EVENTS_PER_BATCH_MAX))).toEqual({ kept: EVENTS_PER_BATCH_MAX, dropped: 0 });
    for (const events of [batch(EVENTS_PER_BATCH_MAX + 1), []]) {
      expect(await refusalOf(await app.node(EVENTS, { nodeId: 'node-1', events }))).toEqual([400, 'request-invalid']);
    }
  });
});

describe('the page of events', () => {
  it('goes on where the one before ended, and where nothing is new says so', async () => {
    await tell(...Array.from({ length: 5 }, (_, index) => ({ ...started, eventId: `started-${index}` })));
    const first = await page('?limit=3');
    const second = await page(`?limit=3&after=${first.next}`);
    const ids = [...first.events, ...second.events].map(({ event }) => event.eventId);
    expect(ids).toEqual(['started-0', 'started-1', 'started-2', 'started-3', 'started-4']);
    expect(await page(`?after=${second.next}`)).toEqual({ events: [], next: second.next });
    await tell({ ...started, eventId: 'started-5' });
    expect((await page(`?after=${second.next}`)).events.map(({ event }) => event.eventId)).toEqual(['started-5']);
  });

  it('is of the newest where it is asked for them, and goes on behind them', async () => {
    expect(await page('?newest=3')).toEqual({ events: [], next: 0 });
    await tell(...Array.from({ length: 5 }, (_, index) => ({ ...started, eventId: `started-${index}` })));
    const newest = await page('?newest=3');
    expect(newest.events.map(({ event }) => event.eventId)).toEqual(['started-2', 'started-3', 'started-4']);
    expect(await page(`?after=${newest.next}`)).toEqual({ events: [], next: newest.next });
    await tell({ ...started, eventId: 'started-5' });
    expect((await page(`?after=${newest.next}`)).events.map(({ event }) => event.eventId)).toEqual(['started-5']);
    expect((await page(`?newest=${EVENTS_PER_CHANNEL_MAX}`)).events).toHaveLength(6);
    await tell(figures, { ...figures, eventId: 'figures-2' });
    expect((await page('?newest=1', 'one', 'figures')).events.map(({ event }) => event.eventId)).toEqual(['figures-2']);
  });

  it.each([
    ...['?limit=0', `?limit=${EVENTS_PER_CHANNEL_MAX + 1}`, '?after=-1', '?after=x'],
    ...['?newest=0', `?newest=${EVENTS_PER_CHANNEL_MAX + 1}`, '?newest=x', '?newest=10&after=1'],
  ])('refuses %s', async (query) => {
    const answer = await app.admin('GET', `/v1/channels/one/events${query}`);
    expect(await refusalOf(answer)).toEqual([400, 'request-invalid']);
  });

  it('is of a channel that there is', async () => {
    expect(await refusalOf(await app.admin('GET', '/v1/channels/gone/events'))).toEqual([404, 'no-such-channel']);
  });
});

describe('a channel with more events than are kept', () => {
  async function tellMany(event: object, count: number, name: string): Promise<void> {
    for (let from = 0; from < count; from += EVENTS_PER_BATCH_MAX) {
      const length = Math.min(EVENTS_PER_BATCH_MAX, count - from);
      await tell(...Array.from({ length }, (_, index) => ({ ...event, eventId: `${name}-${1_000 + from + index}` })));
    }
  }
  const all = async () => (await page(`?limit=${EVENTS_PER_CHANNEL_MAX}`)).events.map(({ event }) => event.eventId);

  it('has the newest', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'two' });
    await tell({ ...started, channelId: 'two' });
    await tellMany(started, EVENTS_PER_CHANNEL_MAX, 'started');
    expect(await all()).toHaveLength(EVENTS_PER_CHANNEL_MAX);
    expect((await all())[0]).toBe('started-1000');
    await tellMany(started, 2, 'newer');
    expect(await all()).toHaveLength(EVENTS_PER_CHANNEL_MAX);
    expect([(await all())[0], (await all()).at(-1)]).toEqual(['started-1002', 'newer-1001']);
    expect((await page('', 'two')).events).toHaveLength(1);
  });

  it('has not lost what happened to figures', async () => {
    await tell(started);
    await tellMany(figures, FIGURES_PER_CHANNEL_MAX + 2, 'figures');
    expect(await all()).toEqual(['started-1']);
    const { events: kept } = await page(`?limit=${EVENTS_PER_CHANNEL_MAX}`, 'one', 'figures');
    expect(kept).toHaveLength(FIGURES_PER_CHANNEL_MAX);
    expect(kept[0]?.event.eventId).toBe('figures-1002');
  });
});
