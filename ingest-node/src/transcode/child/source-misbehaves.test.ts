import { describe, expect, it } from 'vitest';
import type { SourcePacket } from '../../media/source.ts';
import { expectGrid } from '../fixtures/expect-grid.ts';
import { interleave, type MadeTrack, makeAudio, makeVideo } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

const SMALL = { widthPx: 320, heightPx: 180 };
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => (from + index) % 256);

async function configured(stage: Stage, ...tracks: readonly MadeTrack[]): Promise<void> {
  await stage.give({ kind: 'metadata', ...SMALL, frameRate: 30 });
  for (const track of tracks) await stage.give(track.config);
}

/** Three seconds of picture and sound, each packet as it is or as `change` makes it. */
async function played(change: (packet: SourcePacket, index: number) => SourcePacket | undefined): Promise<Stage> {
  const stage = new Stage();
  const [video, audio] = [await makeVideo({ ...SMALL, frameCount: 90 }), await makeAudio({ durationS: 3 })];
  await configured(stage, video, audio);
  for (const [index, packet] of interleave(video, audio).entries()) {
    const changed = change(packet, index);
    if (changed !== undefined) await stage.play([changed], () => packet.dtsUs);
  }
  return stage;
}

const late = (packet: SourcePacket, byUs: number): SourcePacket => ({
  ...packet,
  ptsUs: packet.ptsUs + byUs,
  dtsUs: packet.dtsUs + byUs,
});

/** Every picture that was shown, each once, without repeats and slates. */
const distinct = (shown: readonly (number | undefined)[]) => [...new Set(shown.filter((one) => one !== undefined))];

describe('the grid stays whole and nothing visible is lost when', () => {
  it.each([
    ['jump forward by an hour', 3_600_000_000],
    ['jump back by ten seconds', -10_000_000],
    ['wrap around at 32 bits of milliseconds', -(2 ** 32) * 1_000],
  ])('timestamps %s', async (_name, jumpUs) => {
    const stage = await played((packet) => late(packet, packet.dtsUs < 1_500_000 ? 0 : jumpUs));
    await stage.stop();
    expectGrid(stage);
    const shown = await stage.shown('v180');
    // A jump may cost a picture or show one twice, while three of the new time are awaited.
    expect(distinct(shown).length).toBeGreaterThanOrEqual(88);
    expect(stage.stats.repeatCount).toBeLessThanOrEqual(38 + 2);
    expect(stage.stats.silenceSampleCount).toBeLessThan(64 * 1_600);
  });

  it('one timestamp is wild', async () => {
    const stage = await played((packet, index) => (index === 100 ? late(packet, 10 ** 12) : packet));
    await stage.stop();
    expectGrid(stage);
    expect((await stage.shown('v180')).slice(0, 90)).toEqual(numbers(90));
    expect(stage.warnings).toEqual([]);
  });

  it('pictures come unevenly: each is shown in its slot, and repeated until the next', async () => {
    const stage = new Stage();
    // A screen: ten pictures in step, then one now and then.
    const slotOf = (index: number) => (index < 10 ? index : 10 + Math.floor(((index - 10) * 7) / 2));
    const video = await makeVideo({ ...SMALL, frameCount: 30 });
    const audio = await makeAudio({ durationS: 3 });
    const uneven = video.packets.map((packet, index) => late(packet, ((slotOf(index) - index) * 1e6) / 30));
    await configured(stage, video, audio);
    await stage.play(interleave({ ...video, packets: uneven }, audio));
    await stage.stop();
    expectGrid(stage);
    const shown = await stage.shown('v180');
    expect(numbers(30).map((index) => shown.indexOf(index))).toEqual(numbers(30).map(slotOf));
    expect(stage.stats).toMatchObject({ freshCount: 30, droppedFrameCount: 0, slateCount: 0 });
  });

  it('a connection stalls for a second and catches up', async () => {
    const stage = new Stage();
    const [video, audio] = [await makeVideo({ ...SMALL, frameCount: 120 }), await makeAudio({ durationS: 4 })];
    await configured(stage, video, audio);
    const isStalled = (us: number) => us > 1_500_000 && us < 2_500_000;
    await stage.play(interleave(video, audio), ({ dtsUs }) => (isStalled(dtsUs) ? 2_500_000 : dtsUs));
    await stage.stop();
    expectGrid(stage);
    const shown = await stage.shown('v180');
    // In time again as soon as the connection is.
    expect(shown.slice(80, 120)).toEqual(numbers(40, 80));
    expect(stage.stats.slateCount).toBe(0);
  });

  it('the size changes in mid-stream, with the shape', async () => {
    const stage = new Stage();
    const wide = await makeVideo({ ...SMALL, frameCount: 45 });
    const narrow = await makeVideo({ widthPx: 240, heightPx: 240, frameCount: 45, firstNumber: 45 });
    const audio = await makeAudio({ durationS: 3 });
    await configured(stage, wide, audio);
    const later = { ...narrow, packets: narrow.packets.map((packet) => late(packet, 1_500_000)) };
    const packets = interleave(wide, later, audio);
    await stage.play(packets.filter(({ dtsUs }) => dtsUs < 1_500_000));
    await stage.give(narrow.config);
    await stage.play(packets.filter(({ dtsUs }) => dtsUs >= 1_500_000));
    await stage.stop();
    expectGrid(stage);
    expect(stage.broadcast?.description.renditions[0]).toMatchObject({ widthPx: 320, heightPx: 180 });
    expect(stage.stats).toMatchObject({ freshCount: 90, decodeErrorCount: 0 });
    expect((await stage.shown('v180')).slice(0, 45)).toEqual(numbers(45));
    expect(stage.warnings).toEqual(['resolution-changed']);
  });

  it('there is no sound at all', async () => {
    const stage = new Stage();
    const video = await makeVideo({ ...SMALL, frameCount: 90 });
    await configured(stage, video);
    await stage.play(video.packets);
    await stage.stop();
    expectGrid(stage);
    expect(stage.warnings).toEqual(['audio-missing']);
    expect(stage.stats.silenceSampleCount).toBeGreaterThanOrEqual(4.26 * 48_000);
  });

  it('there is no picture at all: a slate', async () => {
    const stage = new Stage({ ladder: 'auto' });
    const audio = await makeAudio({ durationS: 3 });
    await stage.give({ kind: 'metadata', widthPx: 640, heightPx: 360, frameRate: 25 });
    await stage.give(audio.config);
    await stage.play(audio.packets);
    await stage.stop();
    expectGrid(stage);
    expect(stage.broadcast?.description.renditions[0]).toMatchObject({ id: 'v360', frameRate: { num: 25, den: 1 } });
    expect(distinct(await stage.shown('v360'))).toEqual([]);
    expect(stage.warnings).toEqual(['video-missing']);
    expect(stage.stats.cutSampleCount).toBe(0);
  });

  it('sound begins late and ends early', async () => {
    const stage = await played((packet) =>
      packet.kind === 'audio' && (packet.ptsUs < 1_000_000 || packet.ptsUs > 2_000_000) ? undefined : packet,
    );
    await stage.stop();
    expectGrid(stage);
    const silenceS = stage.stats.silenceSampleCount / 48_000;
    // Two segments are 4.27 s, and a second of them has sound.
    expect(silenceS).toBeGreaterThan(3.2);
    expect(silenceS).toBeLessThan(3.5);
  });
});

describe('a publisher who leaves', () => {
  it('and returns goes on in the same broadcast, with the last picture and then a slate in between', async () => {
    const stage = new Stage();
    const [video, audio] = [await makeVideo({ ...SMALL, frameCount: 60 }), await makeAudio({ durationS: 2 })];
    await configured(stage, video, audio);
    await stage.play(interleave(video, audio));
    await stage.tell({ kind: 'source-left' });
    await stage.waitMore(4_000_000);
    await stage.tell({ kind: 'source-joined' });
    stage.zero();
    // Another size, another time, another rate of sound: as after a restart of the streamer's program.
    const again = await makeVideo({ widthPx: 640, heightPx: 360, frameCount: 60, firstNumber: 100 });
    const sound = await makeAudio({ durationS: 2, sampleRateHz: 44_100, channelCount: 1 });
    await stage.give(again.config);
    await stage.give(sound.config);
    await stage.play(interleave(again, sound));
    await stage.stop();
    expectGrid(stage);
    const shown = await stage.shown('v180');
    expect(shown.slice(0, 60)).toEqual(numbers(60));
    expect(shown.slice(60, 118)).toEqual(Array(58).fill(59));
    const slateCount = shown.slice(0, 240).filter((one) => one === undefined).length;
    expect(slateCount).toBeGreaterThan(55);
    const back = shown.indexOf(100);
    expect(back).toBeGreaterThanOrEqual(178);
    expect(back).toBeLessThanOrEqual(182);
    expect(shown.slice(back, back + 60)).toEqual(numbers(60, 100));
    // A publisher who is known to be gone is not called silent.
    expect(stage.warnings).toEqual(['resolution-changed']);
  });

  it('before anything is known of the source leaves nothing of it behind', async () => {
    const stage = new Stage();
    const video = await makeVideo({ ...SMALL, frameCount: 2 });
    await configured(stage, video);
    await stage.play(video.packets);
    await stage.tell({ kind: 'source-left' });
    await stage.tell({ kind: 'source-joined' });
    await stage.waitMore(2_000_000);
    expect(stage.broadcast).toBeUndefined();
    await stage.stop();
    expect(stage.ended).toEqual({ reason: 'stopped', detail: 'Nothing came that could be shown.' });
    expect(stage.frames.size).toBe(0);
  });

  it('after two pictures has a broadcast of one segment', async () => {
    const stage = new Stage();
    const video = await makeVideo({ ...SMALL, frameCount: 2 });
    await configured(stage, video);
    await stage.play(video.packets);
    await stage.stop();
    expect(expectGrid(stage).segmentCount).toBe(1);
    expect(distinct(await stage.shown('v180'))).toEqual([0, 1]);
  });
});
