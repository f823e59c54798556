import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LIGHT_SOURCE } from '../src/faults/fault-stage.ts';
import { PlaylistWitness } from '../src/faults/playlist-witness.ts';
import { isBack } from '../src/faults/viewer-view.ts';
import { makeChannel } from '../src/local-channels.ts';
import { metricSum } from '../src/metrics.ts';
import { freePorts } from '../src/ports.ts';
import type { Region } from '../src/regions/region.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

/** Far above what it takes: the test must hold on two busy cores. `npm run bench -- regions` measures. */
const SEEN_MS_MAX = 60_000;
const SEEN = { timeout: SEEN_MS_MAX, interval: 50 };
/** As OBS does after 2 s; sooner, for nothing here is told by how long it takes. */
const RECONNECT_AFTER_MS = 500;
/** A dead region is noticed within two seconds, and one that is only busy is not taken for dead. */
const CHECK = { intervalMs: 500, timeoutMs: 500, healthyCountMin: 1, unhealthyCountMin: 4 };

let test: TestSystem;
beforeAll(async () => {
  test = await TestSystem.start({ regions: { ports: [await freePorts(), await freePorts()], check: CHECK } });
});
afterAll(() => test?.[Symbol.asyncDispose]());

it('plays on when the region of its publisher is lost: the encoder comes back through another one', async () => {
  const [near, far] = test.system.regions;
  if (near === undefined || far === undefined) throw new Error('there are no two regions');
  const publisher = test.publish({ ...LIGHT_SOURCE, reconnectAfterMs: RECONNECT_AFTER_MS });
  await untilLive(test.statusUrl);
  await using witness = new PlaylistWitness(test.playlistUrl);
  const { page, probe } = await test.newPage();
  await page.goto(test.watchUrl);
  const opened = await probe.until('a picture', ({ frames }) => frames.length > 0, SEEN_MS_MAX);
  expect(await broadcastsIn(near, far)).toEqual([1, 0]);

  const comesBack = publisher.comesBack();
  await near.kill();
  const back = await comesBack;
  const seen = await probe.until('the picture', (record) => isBack(record, back?.publishingAtMs ?? NaN), SEEN_MS_MAX);
  expect(seen.openedAtMs).toBe(opened.openedAtMs);
  expect(await broadcastsIn(far)).toEqual([1]);
  // One broadcast that goes on (ADR 0015, 0020). Both regions run one build, so only a late encoder is a seam (ADR 0018).
  expect(witness.broadcastIds).toHaveLength(1);
  expect(witness.count('discontinuity')).toBeLessThanOrEqual(LISTED_RENDITIONS);
  expect(witness.count('end')).toBe(0);

  // Once the region is there again it is the nearest for who is new, and who is in the other one stays.
  await near.start();
  await vi.waitFor(() => expect(near.state).toBe('healthy'), SEEN);
  const streamKey = await makeChannel(test.system, { channelId: 'newcomer' });
  const newcomer = test.publish({ ...LIGHT_SOURCE, hasAudio: false }, streamKey);
  expect(await newcomer.publishing).toBeDefined();
  await vi.waitFor(async () => expect(await broadcastsIn(near, far)).toEqual([1, 1]), SEEN);
});

/** One picture, and the sound. */
const LISTED_RENDITIONS = 2;

async function broadcastsIn(...regions: readonly Region[]): Promise<number[]> {
  return await Promise.all(regions.map(({ metricsUrl }) => metricSum(metricsUrl, 'sluice_ingest_broadcasts')));
}
