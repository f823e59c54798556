import { BroadcastDescription, BroadcastId, type LatencyProfileName } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { TestBroadcast } from '../testing/test-broadcast.ts';
import { Audience, type LiveEdge } from './audience.ts';
import { FetchCounter } from './fetches.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwxoz6wtlh8p63');
/** Isolates tell after two seconds and relays every four; here both at once. */
const TELL_MS = 4_000;
/** Nobody could store it, so nobody fetches it. */
const GAP_MSN = 18;

interface Viewer {
  readonly renditions: readonly string[];
  /** Whole segments, or parts. */
  readonly by: 'parts' | 'segments';
  /** How far behind the live edge what is fetched lies. */
  readonly behindMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Lets viewers fetch for some time, as players do. */
function watched(viewers: readonly Viewer[], forMs: number, profile: LatencyProfileName = 'low') {
  const { description, grid } = new TestBroadcast({ profile });
  const audience = new Audience(BroadcastDescription.parse(description));
  const counter = new FetchCounter(BROADCAST_ID);
  const segmentMs = (grid.framesPerSegment * 1_000) / 30;
  const stepMs = segmentMs / grid.partsPerSegment;
  let toldAtMs = 0;
  for (let atMs = 0; atMs <= forMs; atMs += stepMs) {
    for (const viewer of viewers) fetchAt(counter, viewer, { atMs, stepMs, segmentMs });
    if (atMs - toldAtMs < TELL_MS) continue;
    audience.add(counter.take(), { relay: 'one', overMs: atMs - toldAtMs }, edgeAt(atMs, segmentMs));
    toldAtMs = atMs;
  }
  return { audience, segmentMs };
}

/** The same, and counts at its end. */
function counted(viewers: readonly Viewer[], forMs: number, profile?: LatencyProfileName) {
  const { audience, segmentMs } = watched(viewers, forMs, profile);
  return audience.count(edgeAt(forMs, segmentMs));
}

function edgeAt(atMs: number, segmentMs: number): LiveEdge {
  return { nowMs: atMs, liveMsn: Math.floor(atMs / segmentMs), isGap: (_id, msn) => msn === GAP_MSN };
}

function fetchAt(
  counter: FetchCounter,
  { renditions, by, behindMs, fromMs, toMs }: Viewer,
  { atMs, stepMs, segmentMs }: { atMs: number; stepMs: number; segmentMs: number },
): void {
  if (atMs < fromMs || atMs >= toMs) return;
  // What has just become whole, so far behind.
  const endMs = atMs - behindMs;
  const isSegmentEnd = Math.abs(endMs / segmentMs - Math.round(endMs / segmentMs)) * segmentMs < stepMs / 2;
  const msn = Math.ceil(endMs / segmentMs - 0.01);
  if (msn < 1 || msn === GAP_MSN) return;
  for (const rendition of renditions) {
    if (by === 'parts') counter.fetched(rendition, msn, { segments: 0, parts: 1 });
    else if (isSegmentEnd) counter.fetched(rendition, msn, { segments: 1, parts: 0 });
  }
}

function crowd(count: number, viewer: Partial<Viewer> = {}): Viewer[] {
  const each: Viewer = { renditions: ['v720', 'a128'], by: 'parts', behindMs: 0, fromMs: 0, toMs: Infinity, ...viewer };
  return Array.from({ length: count }, () => each);
}

describe('who watches', () => {
  it.each(['ultra', 'low', 'economy', 'standard'] as const)('is counted exactly at the live edge of %s', (profile) => {
    const count = counted([...crowd(70), ...crowd(30, { renditions: ['v360', 'a128'] })], 60_000, profile);
    expect(count).toEqual({ viewers: 100, renditions: { v720: 70, v360: 30, a128: 100 } });
  });

  it('is the same whether segments are fetched whole or in parts', () => {
    const count = counted([...crowd(12), ...crowd(8, { by: 'segments' }), ...crowd(5, { behindMs: 6_400 })], 60_000);
    expect(count.viewers).toBe(25);
  });

  it('is counted within a twentieth where viewers have gone back, each to another place', () => {
    const back = Array.from({ length: 100 }, (_, index) => crowd(1, { behindMs: 60_000 + index * 777 })).flat();
    const { viewers } = counted([...crowd(100), ...back], 300_000);
    expect(viewers).toBeGreaterThanOrEqual(190);
    expect(viewers).toBeLessThanOrEqual(210);
  });

  it('has who only listens, and who gets sound and picture together, once', () => {
    const count = counted(
      [...crowd(4), ...crowd(3, { renditions: ['a128'] }), ...crowd(2, { renditions: ['v720+a128'] })],
      60_000,
    );
    expect(count).toMatchObject({ viewers: 9, renditions: { v720: 4, a128: 7, 'v720+a128': 2 } });
  });

  it('follows those who come and go within half a minute', () => {
    expect(counted([...crowd(10), ...crowd(50, { toMs: 60_000 })], 85_000).viewers).toBe(10);
    expect(counted([...crowd(10), ...crowd(50, { fromMs: 60_000 })], 85_000).viewers).toBe(60);
  });

  it('has watched what it fetched, picture and sound once, wherever it was', () => {
    const back = { behindMs: 60_000 };
    const listeners = { renditions: ['a128'], by: 'segments' } as const;
    const viewers = [
      ...crowd(4),
      ...crowd(3, listeners),
      ...crowd(2, { renditions: ['v720+a128'] }),
      ...crowd(1, back),
    ];
    // Of ten the last was a minute behind; a segment is a gap; of the last segments nothing was told yet.
    const { audience, segmentMs } = watched(viewers, 300 * (64_000 / 30));
    expect(audience.watchedMs / segmentMs).toBeGreaterThan(9 * 297 + 268);
    expect(audience.watchedMs / segmentMs).toBeLessThanOrEqual(9 * 299 + 271);
  });

  it('is nobody when nothing is fetched, and what is kept stays small', () => {
    const { description } = new TestBroadcast();
    const audience = new Audience(description);
    expect(audience.count(edgeAt(60_000, 2_000))).toEqual({ viewers: 0, renditions: {} });
    expect(counted(crowd(5, { toMs: 30_000 }), 90_000).viewers).toBe(0);
  });
});
