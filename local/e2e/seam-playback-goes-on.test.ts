import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FEW_CPUS } from '../src/faults/fault-catalog.ts';
import { FaultStage, type PageName } from '../src/faults/fault-stage.ts';
import { isBack } from '../src/faults/viewer-view.ts';

/** Far above what it takes: the test must hold on two busy cores. `npm run bench -- faults` measures. */
const SEEN_MS_MAX = 60_000;
/** Two segments: a player that shows what is around the seam and then stops does not pass. */
const FURTHER_MS = 4_500;
const PAGES: readonly PageName[] = ['bare', 'shaka'];

/** docs/adr/0016-the-form-of-a-seam.md */
describe('the node is lost, and the next one encodes in another way', () => {
  let stage: FaultStage;
  beforeAll(async () => {
    stage = await FaultStage.start();
    await stage.goLive();
    await stage.watch(PAGES);
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  it('bare hls.js and bare Shaka go on by themselves, over a discontinuity in the same broadcast', async () => {
    const opened = await stage.look();
    const second = await stage.anotherNode({ transcodeCpus: FEW_CPUS });
    const next = await stage.waitingPublisher(Number(new URL(second.rtmpUrl).port));
    const before = stage.publisher;
    process.kill(stage.test.system.ingestPid, 'SIGKILL');
    await before.ended;
    const overMs = (await next.enter()) ?? Number.NaN;
    const areBack = [...stage.pages].map(async ([name, { probe }]) => {
      const goesOn = `a picture of later on the ${name} page`;
      const record = await probe.until(goesOn, (seen) => isBack(seen, overMs + FURTHER_MS), SEEN_MS_MAX);
      expect(record.openedAtMs).toBe(opened.get(name)?.openedAtMs);
    });
    await Promise.all(areBack);
    const { witness } = stage;
    await vi.waitFor(() => expect(witness.count('map')).toBe(4), { timeout: SEEN_MS_MAX, interval: 100 });
    expect(witness.count('discontinuity')).toBeGreaterThan(0);
    expect(witness.broadcastIds).toHaveLength(1);
  });
});
