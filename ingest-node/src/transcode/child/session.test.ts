import { BroadcastDescription, mediaGrid } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { expectGrid } from '../fixtures/expect-grid.ts';
import { interleave, makeAudio, makeVideo } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

const SMALL = { widthPx: 320, heightPx: 180 };

/** Numbers of consecutive pictures: those of the source, modulo 256. */
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => (from + index) % 256);

async function publish(
  stage: Stage,
  options: { frameRate?: { num: number; den: number }; seconds: number; bFrames?: number },
) {
  const { frameRate = { num: 30, den: 1 }, seconds, bFrames = 0 } = options;
  const frameCount = Math.round((seconds * frameRate.num) / frameRate.den);
  const video = await makeVideo({ ...SMALL, frameCount, frameRate, bFrames });
  const audio = await makeAudio({ durationS: seconds });
  await stage.give({ kind: 'metadata', ...SMALL, frameRate: frameRate.num / frameRate.den });
  await stage.give(video.config);
  await stage.give(audio.config);
  await stage.play(interleave(video, audio));
  return { frameCount };
}

describe('a session', () => {
  it('makes every picture of a steady source a frame of its own on the grid, in every rendition', async () => {
    const ladder = [180, 90].map((heightPx) => ({ heightPx, bitrateBps: 300_000 }));
    const stage = new Stage({ ladder });
    const { frameCount } = await publish(stage, { seconds: 3 });
    await stage.stop();
    expect(expectGrid(stage).segmentCount).toBe(2);
    for (const rendition of ['v180', 'v90']) {
      const shown = await stage.shown(rendition);
      expect(shown.slice(0, frameCount)).toEqual(numbers(frameCount));
      // The rest of the segment repeats the last picture.
      expect(new Set(shown.slice(frameCount))).toEqual(new Set([frameCount - 1]));
    }
    expect(stage.stats).toMatchObject({ slotCount: 128, freshCount: 90, repeatCount: 38, slateCount: 0 });
    expect(stage.stats).toMatchObject({ droppedFrameCount: 0, decodeErrorCount: 0 });
    expect(stage.ended?.reason).toBe('stopped');
    expect(stage.warnings).toEqual([]);
  });

  it('tells how much each encoder made and how long it was at it, and how large the source is', async () => {
    const ladder = [180, 90].map((heightPx) => ({ heightPx, bitrateBps: 300_000 }));
    const stage = new Stage({ ladder });
    expect(stage.stats).toMatchObject({ encoders: [] });
    await publish(stage, { seconds: 3 });
    await stage.stop();
    const { encoders, sourceSize } = stage.stats;
    expect(sourceSize).toEqual(SMALL);
    expect(encoders.map(({ encodedMs }) => Math.round(encodedMs))).toEqual([4_267, 4_267]);
    for (const { busyMs } of encoders) expect(busyMs).toBeGreaterThan(0);
  });

  it('describes the broadcast as the contract wants it, after three pictures that agree with what the source says', async () => {
    const stage = new Stage({ profile: 'ultra' });
    await publish(stage, { seconds: 2 / 30 });
    expect(stage.broadcast).toBeUndefined();
    const longer = new Stage({ profile: 'ultra' });
    await publish(longer, { seconds: 3 / 30 });
    const description = BroadcastDescription.parse(longer.broadcast?.description);
    const grid = mediaGrid('ultra', { num: 30, den: 1 });
    expect(description).toMatchObject({ profile: 'ultra', frameRate: { num: 30, den: 1 } });
    expect(
      description.renditions.map(({ id, codecs, timescaleHz, partTargetTicks }) => ({
        id,
        codecs,
        timescaleHz,
        partTargetTicks,
      })),
    ).toEqual([
      {
        id: 'v180',
        codecs: expect.stringMatching(/^avc1\.[0-9A-F]{6}$/),
        timescaleHz: 30_000,
        partTargetTicks: grid.framesPerPart * 1_000,
      },
      { id: 'a128', codecs: 'mp4a.40.2', timescaleHz: 48_000, partTargetTicks: 13 * 1_024 },
    ]);
    expect(longer.broadcast?.description.renditions.map(({ id }) => id)).toEqual(['v180', 'a128']);
    expect(longer.startUs).toBe(0);
    await Promise.all([stage.stop(), longer.stop()]);
  });

  it.each([
    { num: 25, den: 1 },
    { num: 30_000, den: 1_001 },
    { num: 50, den: 1 },
    { num: 60_000, den: 1_001 },
    { num: 60, den: 1 },
  ])('keeps the grid of $num/$den', async (frameRate) => {
    const stage = new Stage();
    const { frameCount } = await publish(stage, { frameRate, seconds: 2.5 });
    await stage.stop();
    expect(stage.broadcast?.description.frameRate).toEqual(frameRate);
    expectGrid(stage);
    expect((await stage.shown('v180')).slice(0, frameCount)).toEqual(numbers(frameCount));
  });

  it('shows the pictures of a source with B-frames in their order, and tells the streamer', async () => {
    const stage = new Stage();
    const { frameCount } = await publish(stage, { seconds: 3, bFrames: 2 });
    await stage.stop();
    expectGrid(stage);
    const shown = (await stage.shown('v180')).slice(0, frameCount - 3);
    expect(shown).toEqual(numbers(frameCount - 3));
    expect(stage.warnings).toContain('b-frames');
  });

  it('completes the segment it is in when it is stopped, and ends there', async () => {
    for (const seconds of [0.2, 64 / 30, 65 / 30]) {
      const stage = new Stage();
      await publish(stage, { seconds });
      await stage.stop();
      expect(expectGrid(stage).segmentCount).toBe(Math.ceil((seconds * 30) / 64));
      expect(stage.session.deadlineUs).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('adds no delay to a steady source: a picture is in the encoders when it is decoded', async () => {
    const stage = new Stage();
    const { frameCount } = await publish(stage, { seconds: 2 });
    expect(stage.stats.slotCount).toBe(frameCount);
    await stage.stop();
  });

  it('begins with what waited in front of it, and at the time that it was sent', async () => {
    const stage = new Stage();
    const video = await makeVideo({ ...SMALL, frameCount: 60 });
    const audio = await makeAudio({ durationS: 2 });
    await stage.give({ kind: 'metadata', frameRate: 30 });
    await stage.give(video.config);
    await stage.give(audio.config);
    // Nothing was read for 0.3 s while the connection was set up.
    await stage.play(interleave(video, audio), (packet) => Math.max(300_000, packet.dtsUs));
    await stage.stop();
    expectGrid(stage);
    expect((await stage.shown('v180')).slice(0, 60)).toEqual(numbers(60));
    expect(Math.abs(stage.startUs)).toBeLessThan(34_000);
    expect(stage.stats.droppedFrameCount).toBe(0);
  });

  it('reads a file that is sent without a clock at the speed of its time, once what may be skipped is skipped', async () => {
    const stage = new Stage();
    const video = await makeVideo({ widthPx: 64, heightPx: 64, frameCount: 480 });
    const audio = await makeAudio({ durationS: 16 });
    await stage.give({ kind: 'metadata', frameRate: 30 });
    await stage.give(video.config);
    await stage.give(audio.config);
    const tookUs = await stage.rush(interleave(video, audio));
    expect(tookUs).toBeGreaterThan(2_500_000);
    expect(tookUs).toBeLessThan(5_000_000);
    expect(stage.warnings).toContain('faster-than-real-time');
    await stage.stop();
    expectGrid(stage);
  });

  it('gives up when its encoders are further behind than any viewer waits', async () => {
    const stage = new Stage();
    await publish(stage, { seconds: 1 });
    stage.starve(14_000_000, 100_000);
    expect(stage.ended).toBeUndefined();
    stage.starve(3_000_000, 100_000);
    expect(stage.ended?.reason).toBe('overloaded');
    expect(stage.session.deadlineUs).toBe(Number.POSITIVE_INFINITY);
  });

  it('ends with the segment that is being encoded when it is stopped far behind', async () => {
    const stage = new Stage();
    await publish(stage, { seconds: 1 });
    stage.starve(9_000_000, 100_000);
    await stage.stop();
    expect(stage.ended?.reason).toBe('stopped');
    expect(expectGrid(stage).segmentCount).toBe(1);
  });

  it('gives up when the machine slept, rather than make up for the night', async () => {
    const stage = new Stage();
    await publish(stage, { seconds: 1 });
    const { slotCount } = stage.stats;
    stage.starve(1, 3_600_000_000);
    expect(stage.ended?.reason).toBe('overloaded');
    expect(stage.stats.slotCount).toBe(slotCount);
  });

  it('ends with the reason when an encoder cannot be opened', async () => {
    const stage = new Stage({ ladder: [{ heightPx: 180, bitrateBps: Number.MAX_SAFE_INTEGER }] });
    await publish(stage, { seconds: 0.2 });
    expect(stage.ended?.reason).toBe('failed');
  });
});
