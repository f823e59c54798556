import { LATENCY_PROFILE_NAMES, LatencyProfileName } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BroadcastUse,
  broadcastCost,
  type CostBasis,
  costItems,
  requestsOf,
  storageCostMonth,
  USUAL_COST_BASIS,
} from './broadcast-cost.ts';
import { addCosts, COST_ITEMS, NO_COSTS, timesCosts, totalOf, usualSpread } from './stream-cost.ts';

const HOUR_MS = 3_600_000;
/** An hour of one picture and sound, and one who watches all of it. */
const USE: BroadcastUse = {
  profile: 'low',
  videoBps: [2_500_000],
  audioBps: 128_000,
  liveMs: HOUR_MS,
  viewerMs: HOUR_MS,
};
const ON_S3: CostBasis = { ...USUAL_COST_BASIS, storage: 's3' };

/** By hand: parts are 16 and segments 64 of 30 pictures a second. */
const PARTS = 6_750;
const SEGMENTS = 1_687.5;
/** Of two renditions; a thumbnail every five seconds, and a sprite of 25. */
const PUTS = 2 * (PARTS + SEGMENTS) + 720 + 28.8;
/** 1.53 a second, of which 0.5 for the MPD and the clock, and 0.1 are reports. */
const REQUESTS = 5_508;
const MEDIA = 3_348;
const PLAYLISTS = 1_800;
/** An isolate tells of its viewers every two seconds. */
const COUNTS = 1_800;

describe('what a broadcast costs', () => {
  it('is by itself what its hours take, by hand', () => {
    const { stream } = broadcastCost(USE, USUAL_COST_BASIS);
    expect(stream.node).toBeCloseTo(4 * 0.03238 + 8 * 0.00356 + 0.005, 9);
    expect(stream.egress).toBeCloseTo(2.628 * 0.45 * 0.09, 9);
    expect(stream.storageWrites).toBeCloseTo(PUTS * 4.5e-6, 9);
    expect(stream.storageReads).toBe(0);
    expect(stream.edgeRequests).toBeCloseTo(PARTS * 0.3e-6, 9);
    expect(stream.objectRequests).toBeCloseTo(PARTS * 0.15e-6 + SEGMENTS * 1e-6, 9);
    expect(stream.objectDuration).toBeCloseTo(0.00576, 9);
  });

  it('is for one who watches what our page asks for, by hand', () => {
    const { viewers } = broadcastCost(USE, USUAL_COST_BASIS);
    expect(viewers).toMatchObject({ node: 0, egress: 0, storageWrites: 0 });
    expect(viewers.storageReads).toBeCloseTo(2 * MEDIA * 0.36e-6, 9);
    expect(viewers.edgeRequests).toBeCloseTo(REQUESTS * (0.3e-6 + 0.5 * 0.02e-6), 9);
    expect(viewers.objectRequests).toBeCloseTo((PLAYLISTS + MEDIA + COUNTS) * 0.15e-6, 9);
    expect(viewers.objectDuration).toBeCloseTo(0.00576, 9);
    expect(requestsOf(USE)).toBeCloseTo(REQUESTS, 6);
  });

  it('on S3 leaves AWS when it is read, and has dearer requests', () => {
    const { stream, viewers } = broadcastCost(USE, ON_S3);
    expect(stream.egress).toBe(0);
    expect(stream.storageWrites).toBeCloseTo(PUTS * 5e-6, 9);
    expect(viewers.egress).toBeCloseTo(2.628 * 0.45 * 0.09, 9);
    expect(viewers.storageReads).toBeCloseTo(2 * MEDIA * 0.4e-6, 9);
    // A crowd takes each rendition once an isolate, and no more: 60 data centres of four.
    const crowd = broadcastCost({ ...USE, viewerMs: 1_000 * HOUR_MS }, ON_S3);
    expect(crowd.viewers.egress).toBeCloseTo(240 * 2.628 * 0.45 * 0.09, 6);
  });

  it('has a share of its node', () => {
    const node = { vcpus: 4, memoryGb: 8, slots: 2 };
    const { stream } = broadcastCost(USE, { storage: 'r2', node });
    expect(stream.node).toBeCloseTo(0.163 / 2, 9);
  });

  it('goes by requests where they were counted', () => {
    const counted = broadcastCost({ ...USE, requests: 10 * REQUESTS }, USUAL_COST_BASIS);
    expect(counted.viewers.edgeRequests).toBeCloseTo(10 * REQUESTS * 0.31e-6, 9);
    expect(requestsOf({ ...USE, requests: 7 })).toBe(7);
  });

  it('is nothing before it began, and by itself while nobody watches', () => {
    expect(broadcastCost({ ...USE, liveMs: 0 }, USUAL_COST_BASIS)).toEqual({ stream: NO_COSTS, viewers: NO_COSTS });
    const { stream, viewers } = broadcastCost({ ...USE, viewerMs: 0 }, USUAL_COST_BASIS);
    expect(totalOf(viewers)).toBe(0);
    expect(totalOf(stream)).toBeGreaterThan(0);
  });

  it('is the sum of its items', () => {
    const { stream, viewers } = broadcastCost(USE, ON_S3);
    expect(totalOf(costItems({ stream, viewers }))).toBeCloseTo(totalOf(stream) + totalOf(viewers), 12);
    expect(addCosts(timesCosts(stream, 2), viewers).node).toBeCloseTo(2 * stream.node, 12);
  });

  it('is another matter where a recording is kept', () => {
    expect(storageCostMonth(2e9, 'r2')).toBeCloseTo(0.03, 12);
    expect(storageCostMonth(2e9, 's3')).toBeCloseTo(0.046, 12);
  });
});

describe('each item of it', () => {
  const bps = fc.integer({ min: 50_000, max: 20_000_000 });
  const anyUse = fc.record({
    profile: fc.constantFrom(...LatencyProfileName.options),
    videoBps: fc.array(bps, { minLength: 1, maxLength: 6 }),
    audioBps: fc.integer({ min: 0, max: 512_000 }),
    liveMs: fc.integer({ min: 1, max: 30 * 24 * HOUR_MS }),
    viewerMs: fc.oneof(fc.integer({ min: 0, max: HOUR_MS }), fc.integer({ min: 0, max: 1e12 })),
    requests: fc.option(fc.integer({ min: 0, max: 1e10 }), { nil: undefined }),
  });
  const more = fc.record({
    liveMs: fc.integer({ min: 0, max: 24 * HOUR_MS }),
    viewerMs: fc.integer({ min: 0, max: 1e11 }),
    audioBps: fc.integer({ min: 0, max: 100_000 }),
    videoBps: fc.array(bps, { maxLength: 2 }),
    requests: fc.integer({ min: 0, max: 1e9 }),
  });
  /** Floating point adds up in another order. */
  const SLACK = 1 - 1e-9;

  function expectNoLess(before: BroadcastUse, after: BroadcastUse, basis: CostBasis): void {
    const [less, most] = [broadcastCost(before, basis), broadcastCost(after, basis)];
    for (const part of ['stream', 'viewers'] as const) {
      for (const item of COST_ITEMS) {
        expect(most[part][item], `${part}.${item}`).toBeGreaterThanOrEqual(less[part][item] * SLACK);
      }
    }
  }

  it.each([
    ['r2', USUAL_COST_BASIS],
    ['s3', ON_S3],
  ] as const)('grows with each input, on %s', (_, basis) => {
    fc.assert(
      fc.property(anyUse, more, (use, add) => {
        expectNoLess(use, { ...use, liveMs: use.liveMs + add.liveMs }, basis);
        if (use.requests === undefined) expectNoLess(use, { ...use, viewerMs: use.viewerMs + add.viewerMs }, basis);
        else expectNoLess(use, { ...use, requests: use.requests + add.requests }, basis);
        expectNoLess(use, { ...use, audioBps: use.audioBps + add.audioBps }, basis);
        expectNoLess(use, { ...use, videoBps: [...use.videoBps, ...add.videoBps] }, basis);
      }),
      { seed: 20_261_126, numRuns: 500 },
    );
  });

  it('is finite and not negative, whatever was used', () => {
    fc.assert(
      fc.property(anyUse, (use) => {
        for (const cost of Object.values(costItems(broadcastCost(use, ON_S3)))) {
          expect(Number.isFinite(cost) && cost >= 0).toBe(true);
        }
      }),
      { seed: 20_261_126, numRuns: 200 },
    );
  });

  it('is not dearer with longer parts', () => {
    const costs = (['ultra', 'low', 'economy', 'standard'] as const).map((profile) =>
      totalOf(costItems(broadcastCost({ ...USE, profile }, USUAL_COST_BASIS))),
    );
    expect(costs).toEqual([...costs].sort((one, other) => other - one));
    expect(costs).toHaveLength(LATENCY_PROFILE_NAMES.length);
  });
});

describe('where viewers are', () => {
  it('is what was reckoned with, and in between no jump', () => {
    expect(usualSpread(0)).toEqual({ viewers: 0, colos: 0, relays: 0 });
    expect(usualSpread(1)).toEqual({ viewers: 1, colos: 1, relays: 1 });
    const crowd = usualSpread(1_000);
    expect([crowd.colos, crowd.relays].map(Math.round)).toEqual([60, 9]);
    expect(usualSpread(100_000)).toEqual({ viewers: 100_000, colos: 250, relays: 36 });
    for (const viewers of [1, 1_000, 100_000]) {
      const [below, above] = [usualSpread(viewers * 0.999), usualSpread(viewers * 1.001)];
      expect(above.colos / below.colos).toBeLessThan(1.01);
      expect(above.relays / below.relays).toBeLessThan(1.01);
    }
  });
});
