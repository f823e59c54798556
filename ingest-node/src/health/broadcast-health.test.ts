import { ChannelId, IngestEvent } from '@sluice/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../operations/metrics.ts';
import { STATS_AT_START } from '../transcode/fixtures/stats-at-start.ts';
import { filmed, late, linkLosing, pictures, type Sent, sound, stalling } from './arrivals-fixture.ts';
import { BroadcastHealth, type HealthEvent } from './broadcast-health.ts';
import { OwnLag } from './own-lag.ts';

const PLAN = { protocol: 'rtmp', ingestBitrateBpsMax: 20_000_000 } as const;
const THE_REST = { eventId: 'an-event-id', broadcastId: '0123456789abcdef', atMs: 1 };

let metrics: Metrics;
let told: HealthEvent[];
let lines: { readonly msg: string; readonly code?: string; readonly sentence?: string }[];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  metrics = new Metrics();
  told = [];
  lines = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function open(channel = 'demo'): BroadcastHealth {
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
  return new BroadcastHealth({
    channelId: ChannelId.parse(channel),
    metrics,
    logger,
    tell: (event) => told.push(event),
  });
}

/** Lets a source come as time goes by. */
function send(health: BroadcastHealth, source: readonly Sent[], untilMs: number): void {
  let nowMs = 0;
  for (const { packet, atMs } of source.filter((each) => each.atMs < untilMs)) {
    // The faked clock knows whole milliseconds.
    vi.advanceTimersByTime(Math.round(atMs) - nowMs);
    nowMs = Math.round(atMs);
    health.onEvent(packet);
  }
  vi.advanceTimersByTime(untilMs - nowMs);
}

const talk = (forMs: number) =>
  [...filmed(pictures({ forMs, fps: 25 })), ...sound({ forMs })].sort((a, b) => a.atMs - b.atMs);

/** The lines of `/metrics` about sources. */
async function gauges(): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split('\n').filter((line) => /^sluice_ingest_(source|encode)_/.test(line));
}

describe('what is measured of the publisher on air', () => {
  it('is in an event and in the gauges of its channel every ten seconds', async () => {
    const health = open();
    health.onAir(PLAN);
    const link = linkLosing(() => 4, 30);
    for (let second = 1; second <= 8; second += 1) setTimeout(() => health.onLink(link(second)), second * 1_000);
    send(health, talk(10_000), 10_001);
    health.onTranscoder({ ...STATS_AT_START, encodeLagMs: 12 });
    const figures = { bitrateBps: expect.any(Number), fps: expect.closeTo(25, 0), keyframeIntervalMs: 2_000 };
    const link10 = { rttMs: 30, lossRatio: 0.01 };
    expect(told).toEqual([{ kind: 'figures', ...figures, driftMs: expect.any(Number), ...link10, protocol: 'rtmp' }]);
    expect(IngestEvent.parse({ ...told[0], ...THE_REST, channelId: 'demo' })).toMatchObject({ kind: 'figures' });
    const names = (await gauges()).map((line) => line.split(' ')[0]);
    expect(names.sort()).toEqual(
      ['encode_lag_seconds', 'source_bitrate_bps', 'source_drift_seconds', 'source_fps']
        .concat(['source_keyframe_interval_seconds', 'source_loss_ratio', 'source_rtt_seconds'])
        .map((name) => `sluice_ingest_${name}{channel="demo"}`),
    );
    expect(await gauges()).toContain('sluice_ingest_source_rtt_seconds{channel="demo"} 0.03');
    expect(await gauges()).toContain('sluice_ingest_source_keyframe_interval_seconds{channel="demo"} 2');
    expect(await gauges()).toContain('sluice_ingest_encode_lag_seconds{channel="demo"} 0.012');
    health.close();
  });

  it('says what it sends, and how the node keeps up with it', async () => {
    const health = open();
    health.onAir({ ...PLAN, protocol: 'srt' });
    health.onEvent({ kind: 'video-config', codec: 'hevc', extradata: new Uint8Array() });
    health.onEvent({
      kind: 'audio-config',
      codec: 'aac',
      extradata: new Uint8Array(),
      sampleRateHz: 0,
      channelCount: 0,
    });
    health.onTranscoder({
      ...STATS_AT_START,
      encoders: [{ encodedMs: 9_000, busyMs: 3_000 }],
      encodeLagMs: 40,
      sourceSize: { widthPx: 1_920, heightPx: 1_080 },
    });
    health.onPartStored(30);
    health.onAnnounced(20);
    vi.advanceTimersByTime(10_001);
    expect(told).toEqual([
      {
        ...{ kind: 'figures', fps: 0, bitrateBps: 0 },
        ...{ protocol: 'srt', videoCodec: 'hevc', audioCodec: 'aac', widthPx: 1_920, heightPx: 1_080 },
        ...{ encodeSpeed: 3, encodeLagMs: 40, uploadLagMsP50: 30, uploadLagMsP95: 30, announceLagMsP95: 20 },
      },
    ]);
    expect(IngestEvent.parse({ ...told[0], ...THE_REST, channelId: 'demo' })).toMatchObject({ encodeSpeed: 3 });
    expect(await gauges()).toContain('sluice_ingest_encode_speed_ratio{channel="demo"} 3');
    health.close();
    expect(await gauges()).toEqual([]);
  });

  it('begins anew when another one comes', () => {
    const health = open();
    health.onAir(PLAN);
    send(health, talk(9_000), 9_500);
    health.onAir(PLAN);
    vi.advanceTimersByTime(9_000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1_001);
    // Nothing of the one before.
    expect(told).toEqual([{ kind: 'figures', fps: 0, bitrateBps: 0, protocol: 'rtmp' }]);
    health.close();
  });

  it('has no value in a gauge for what it cannot tell any more', async () => {
    const health = open();
    health.onAir(PLAN);
    send(health, talk(10_000), 10_001);
    expect(await gauges()).toHaveLength(4);
    vi.advanceTimersByTime(10_000);
    expect(await gauges()).toEqual([
      'sluice_ingest_source_fps{channel="demo"} 0',
      'sluice_ingest_source_bitrate_bps{channel="demo"} 0',
    ]);
    health.close();
  });

  it('goes with its broadcast, and with no other, and does not come back', async () => {
    const [health, other] = [open(), open('other')];
    for (const each of [health, other]) {
      each.onAir(PLAN);
      each.onTranscoder({ ...STATS_AT_START, encodeLagMs: 5 });
    }
    vi.advanceTimersByTime(10_001);
    expect(await gauges()).toHaveLength(6);
    health.close();
    health.onTranscoder({ ...STATS_AT_START, encodeLagMs: 5 });
    health.onAir(PLAN);
    vi.advanceTimersByTime(20_000);
    expect((await gauges()).map((line) => line.includes('"other"'))).toEqual([true, true, true]);
    other.close();
    expect(await gauges()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a warning', () => {
  const LONG_GOP = { code: 'long-gop', sentence: 'Set it to 2 seconds.' } as const;
  const counted = async () =>
    Object.fromEntries((await metrics.warnings.get()).values.map(({ labels, value }) => [labels.code, value]));

  it('is counted, logged and told, whoever it comes from, and each at most once in a minute', async () => {
    const health = open();
    health.onAir(PLAN);
    health.onWarning(LONG_GOP);
    health.onWarning(LONG_GOP);
    health.onSentence('Only video track 0 is used; track 1 was left out.');
    health.onSentence('Only video track 0 is used; track 1 was left out.');
    health.onSentence('Only audio track 0 is used; track 1 was left out.');
    send(health, late(pictures({ forMs: 45_000, fps: 25 }), stalling(4_000, 2_000)), 45_000);
    expect(await counted()).toEqual({ 'long-gop': 1, source: 2, 'unstable-bitrate': 1 });
    const codes = ['long-gop', 'source', 'source', 'unstable-bitrate'];
    expect(lines.map(({ code }) => code)).toEqual(codes);
    const warnings = told.filter((event) => event.kind === 'health-warning');
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    expect(warnings.map(({ sentence }) => sentence)).toEqual(lines.map(({ sentence }) => sentence));
    vi.advanceTimersByTime(15_000);
    health.onWarning(LONG_GOP);
    expect(await counted()).toMatchObject({ 'long-gop': 2 });
    health.close();
  });

  it('is of the connection where pictures come unevenly, and not where this process is held up', () => {
    const jolted = late(pictures({ forMs: 10_000, fps: 25 }), stalling(400, 120));
    const health = open();
    health.onAir(PLAN);
    send(health, jolted, 10_000);
    expect(lines.map(({ code }) => code)).toEqual(['unstable-connection']);
    health.close();
    const takeMs = vi.spyOn(OwnLag.prototype, 'takeMs').mockReturnValue(100);
    const busy = open();
    busy.onAir(PLAN);
    send(busy, jolted, 10_000);
    expect(takeMs.mock.calls.length).toBeGreaterThan(8);
    expect(lines).toHaveLength(1);
    busy.close();
    takeMs.mockRestore();
  });

  it('of a code is told whatever sentences a publisher makes up', () => {
    const health = open();
    for (let track = 1; track <= 100; track += 1) health.onSentence(`Track ${track} was left out.`);
    health.onWarning(LONG_GOP);
    expect(lines).toHaveLength(64 + 1);
    expect(lines.at(-1)?.code).toBe('long-gop');
    health.close();
  });

  it('is not of a publisher that came while the one before was held back by us', () => {
    const health = open();
    health.onAir(PLAN);
    health.onHeld(true);
    health.onAir(PLAN);
    setTimeout(() => health.onHeld(false), 20_000);
    send(health, late(pictures({ forMs: 45_000, fps: 25 }), stalling(4_000, 2_000)), 45_000);
    expect(lines.map(({ code }) => code)).not.toContain('unstable-bitrate');
    health.close();
  });

  it('names what is wrong to others and nothing that is secret', () => {
    const health = open();
    health.onAir({ ...PLAN, ...{ srtPassphrase: 'a secret passphrase' } });
    send(health, late(pictures({ forMs: 45_000, fps: 25 }), stalling(4_000, 2_000)), 45_000);
    expect(told.length).toBeGreaterThan(4);
    for (const each of [...told, ...lines]) expect(JSON.stringify(each)).not.toContain('secret');
    health.close();
  });

  it('always fits into an event', () => {
    const health = open();
    health.onSentence('€'.repeat(500));
    health.onSentence('');
    expect(told.map((event) => (event.kind === 'health-warning' ? event.sentence.length : 0))).toEqual([300]);
    for (const event of told) IngestEvent.parse({ ...event, ...THE_REST, channelId: 'demo' });
    health.close();
  });
});
