import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProbeRecord } from '../src/browser/probe-record.ts';
import { FAULTS } from '../src/faults/fault-catalog.ts';
import { FaultStage } from '../src/faults/fault-stage.ts';
import { isBack } from '../src/faults/viewer-view.ts';
import type { WatchedPage } from '../src/test-system.ts';

/** Far above what it takes: the tests must hold on two busy cores. `npm run bench -- faults` measures. */
const SEEN_MS_MAX = 60_000;
/** Everything that is cut while storage refuses is tried over and over; so many take some seconds. */
const REFUSALS = 40;
const UNTIL_SEEN = { timeout: SEEN_MS_MAX, interval: 100 };

describe('the page that watches plays on by itself', () => {
  let stage: FaultStage;
  let watched: WatchedPage;
  let opened: ProbeRecord;
  beforeAll(async () => {
    stage = await FaultStage.start();
    await stage.goLive();
    await stage.watch(['watch']);
    const found = stage.pages.get('watch');
    if (found === undefined) throw new Error('no page');
    watched = found;
    opened = await watched.probe.look();
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  async function untilBack(overMs: number): Promise<ProbeRecord> {
    return await watched.probe.until('the clock again', (record) => isBack(record, overMs), SEEN_MS_MAX);
  }

  it('when the publisher drops: a slate, then the picture, in the same broadcast without a seam', async () => {
    const next = await stage.waitingPublisher();
    await watched.probe.forget();
    await stage.publisher.kill();
    await watched.probe.until(
      'a slate',
      ({ frames }) => frames.some((frame) => frame.drawnAtMs === undefined),
      SEEN_MS_MAX,
    );
    const overMs = await next.enter();
    expect(overMs).toBeDefined();
    const { frames, openedAtMs } = await untilBack(overMs ?? Number.NaN);
    expect(openedAtMs).toBe(opened.openedAtMs);
    const mediaTimesS = frames.map(({ mediaTimeS }) => mediaTimeS);
    expect(mediaTimesS).toEqual(mediaTimesS.toSorted((a, b) => a - b));
    expectNoSign();
  });

  it('when the transcoder is killed: another one goes on with the part that is due', async () => {
    const fault = FAULTS.find(({ name }) => name === 'transcoder-killed');
    if (fault === undefined) throw new Error('no such fault');
    const { overMs } = await fault.happen(stage);
    expect((await untilBack(overMs)).openedAtMs).toBe(opened.openedAtMs);
    const metrics = await (await fetch(stage.test.system.metricsUrl)).text();
    expect(metrics).toContain('\nsluice_ingest_transcoder_restarts_total 1\n');
    expectNoSign();
  });

  it.each(['relay-reset', 'object-reset'])('when what holds its requests is reset: %s', async (name) => {
    const fault = FAULTS.find((each) => each.name === name);
    if (fault === undefined) throw new Error('no such fault');
    await watched.probe.forget();
    const { overMs } = await fault.happen(stage);
    expect((await untilBack(overMs)).openedAtMs).toBe(opened.openedAtMs);
    expectNoSign();
  });

  it('when storage refuses everything for some time: no part is lost', async () => {
    const { storage } = stage.proxies;
    await watched.probe.forget();
    await storage.set({ kind: 'status', status: 503 });
    await vi.waitFor(() => expect(storage.count('status')).toBeGreaterThan(REFUSALS), UNTIL_SEEN);
    const hasRunDry = ({ events }: ProbeRecord) => events.some(({ name }) => name === 'waiting');
    await watched.probe.until('the player out of media', hasRunDry, SEEN_MS_MAX);
    await storage.set({ kind: 'pass' });
    const { openedAtMs } = await untilBack(Date.now());
    expect(openedAtMs).toBe(opened.openedAtMs);
    expectNoSign();
  });

  /** One broadcast that goes on, with the init segments that it began with, and nothing missing. */
  function expectNoSign(): void {
    const { witness } = stage;
    expect(witness.broadcastIds).toHaveLength(1);
    const kinds = ['gap part', 'gap segment', 'discontinuity', 'end'] as const;
    expect(kinds.map((kind) => [kind, witness.count(kind)])).toEqual(kinds.map((kind) => [kind, 0]));
    expect(witness.count('map')).toBe(2);
  }
});
