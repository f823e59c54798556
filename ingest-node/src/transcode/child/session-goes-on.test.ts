import { FIRST_PART, mediaGrid, type NextParts, partNumber, partPlace, RenditionId } from '@sluice/contracts';
import { FF_ENCODER_LIBX264 } from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import type { SourcePacket } from '../../media/source.ts';
import { interleave, type MadeTrack, makeAudio, makeVideo, pictureNumber } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

const SMALL = { widthPx: 320, heightPx: 180 };
const FRAME_RATE = { num: 30, den: 1 };
const V = RenditionId.parse('v180');
const A = RenditionId.parse('a128');
const grid = mediaGrid('low', FRAME_RATE);
/** Enough for the best preset, and for none but the cheapest. */
const MANY_CPUS = 4;
const FEW_CPUS = 0.01;

interface Source {
  readonly video: MadeTrack;
  readonly audio: MadeTrack;
  readonly packets: readonly SourcePacket[];
}

/** As x264's options name colours. Nothing that a picture is made of would give encoders these by itself. */
const BT601 = 'colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m';

async function source(seconds: number, colours = BT601): Promise<Source> {
  const options = { preset: 'ultrafast', 'x264-params': `annexb=0:scenecut=0:${colours}` };
  const codec = { name: FF_ENCODER_LIBX264, codec: 'h264', options } as const;
  const video = await makeVideo({ ...SMALL, frameCount: seconds * 30, frameRate: FRAME_RATE, codec });
  const audio = await makeAudio({ durationS: seconds });
  return { video, audio, packets: interleave(video, audio) };
}

async function introduce(stage: Stage, { video, audio }: Source): Promise<void> {
  await stage.give({ kind: 'metadata', ...SMALL, frameRate: 30 });
  await stage.give(video.config);
  await stage.give(audio.config);
}

/** The parts that are due after the frames that a stage has coded, as its parent counts them. */
function nextAfter(stage: Stage): NextParts {
  const audioFrames = stage.frames.get(A)?.length ?? 0;
  let audioPart = 0;
  while (audioFrames * 1_024 * 30 >= (audioPart + 1) * grid.framesPerPart * 48_000) audioPart += 1;
  const place = (number: number) => {
    const { msn, partIndex } = partPlace(grid, number);
    return { msn, partIndex };
  };
  return { [V]: place(Math.floor((stage.frames.get(V)?.length ?? 0) / grid.framesPerPart)), [A]: place(audioPart) };
}

interface Seam {
  readonly seconds: number;
  readonly afterUs: number;
  /** Of the machine before and the machine behind it. */
  readonly cpuCounts?: readonly [number, number];
}

/** A stage that has coded the first `seconds` of a source and then vanishes, and one that goes on `afterUs` later. */
async function sequel(made: Source, { seconds, afterUs, cpuCounts: [before, behind] = [1, 1] }: Seam) {
  const first = new Stage({ cpuCount: before });
  await introduce(first, made);
  await first.play(made.packets.filter(({ dtsUs }) => dtsUs < seconds * 1e6));
  const description = first.broadcast?.description;
  if (description === undefined) throw new Error('nothing was broadcast');
  const next = nextAfter(first);
  const second = new Stage({ continues: { description, next }, cpuCount: behind }, first.nowUs + afterUs);
  return { first, second, next, description };
}

/** What the parent kept of the source: from the last keyframe before a time on. */
function sinceKeyframe(made: Source, untilUs: number): SourcePacket[] {
  const keyframe = made.video.packets.findLast(({ isKeyframe, dtsUs }) => isKeyframe && dtsUs < untilUs);
  return made.packets.filter(({ dtsUs }) => dtsUs >= (keyframe?.dtsUs ?? 0) && dtsUs < untilUs);
}

const ticksOf = (stage: Stage, id: RenditionId) => (stage.frames.get(id) ?? []).map(({ ptsTicks }) => ptsTicks);

describe('a session that goes on with the broadcast of another', () => {
  it('makes the same renditions, from the parts that are due, with a keyframe first and no frame missing', async () => {
    const made = await source(6);
    const { first, second, next, description } = await sequel(made, { seconds: 3, afterUs: 400_000 });
    await introduce(second, made);
    for (const packet of sinceKeyframe(made, 3.4e6)) await second.give(packet);
    await second.play(made.packets.filter(({ dtsUs }) => dtsUs >= 3.4e6));
    await second.stop();
    expect(second.broadcast).toEqual({ description, next });
    const due = partNumber(grid, next[V] ?? FIRST_PART);
    const ticks = ticksOf(second, V);
    expect(ticks).toEqual(ticks.map((_, index) => (due * grid.framesPerPart + index) * grid.frameDurationTicks));
    expect(second.frames.get(V)?.[0]?.isKeyframe).toBe(true);
    const sound = ticksOf(second, A);
    expect(sound).toEqual(sound.map((_, index) => (sound[0] ?? 0) + index * 1_024));
    expect(first.ended).toBeUndefined();
  });

  it('shows each picture where it belongs, those that were sent meanwhile too', async () => {
    const made = await source(6);
    const { second, next } = await sequel(made, { seconds: 3, afterUs: 400_000 });
    await introduce(second, made);
    for (const packet of sinceKeyframe(made, 3.4e6)) await second.give(packet);
    await second.play(made.packets.filter(({ dtsUs }) => dtsUs >= 3.4e6));
    await second.stop();
    const firstSlot = partNumber(grid, next[V] ?? FIRST_PART) * grid.framesPerPart;
    const shown = await second.shown(V);
    const bySlot = shown.map((picture, index) => ({ slot: firstSlot + index, picture: picture ?? -1 }));
    // What was shown before the keyframe is not known any more: the keyframe stands for it, and no slate.
    const missed = bySlot.filter(({ slot }) => slot < 90);
    expect(missed.map(({ picture }) => picture)).toEqual(missed.map(() => 90));
    // While the encoder runs after the time it may leave one out now and then.
    const caughtUp = bySlot.filter(({ slot }) => slot >= 90 && slot < 105);
    for (const { slot, picture } of caughtUp) expect([slot, slot - 1]).toContain(picture);
    const live = bySlot.filter(({ slot }) => slot >= 105 && slot < 180);
    expect(live.map(({ picture }) => picture)).toEqual(live.map(({ slot }) => slot));
    expect(second.stats.slateCount).toBe(0);
  });

  it.each<[number, number]>([
    [MANY_CPUS, FEW_CPUS],
    [FEW_CPUS, MANY_CPUS],
  ])('goes on under the same init segments with %d CPUs, then %d', async (...cpuCounts) => {
    const made = await source(6);
    const { first, second, next, description } = await sequel(made, { seconds: 3, afterUs: 400_000, cpuCounts });
    await introduce(second, made);
    for (const packet of sinceKeyframe(made, 3.4e6)) await second.give(packet);
    await second.play(made.packets.filter(({ dtsUs }) => dtsUs >= 3.4e6));
    await second.stop();
    expect(second.broadcast).toEqual({ description, next });
    // As a player has it: what both have made, decoded one after the other.
    const due = partNumber(grid, next[V] ?? FIRST_PART) * grid.framesPerPart;
    const frames = [...(first.frames.get(V) ?? []).slice(0, due), ...(second.frames.get(V) ?? [])];
    const shown = await first.seen(V, pictureNumber, frames);
    expect(shown.slice(0, due)).toEqual(Array.from({ length: due }, (_, slot) => slot));
    expect(shown.slice(105, 180)).toEqual(Array.from({ length: 75 }, (_, index) => 105 + index));
  });

  it('goes on under the same init segments with a source of other colours', async () => {
    const { second, next, description } = await sequel(await source(3), { seconds: 3, afterUs: 400_000 });
    const other = await source(3, 'colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc');
    second.zero();
    await introduce(second, other);
    await second.play(other.packets);
    await second.stop();
    expect(second.broadcast).toEqual({ description, next });
    expect(second.warnings).toContain('colours-changed');
  });

  it('begins though nobody sends anything: with the slate, in the part that is due', async () => {
    const made = await source(4);
    const { second, next, description } = await sequel(made, { seconds: 3, afterUs: 400_000 });
    await second.tell({ kind: 'source-left' });
    await second.waitMore(700_000);
    // Encoders open in their own time, while the stage's stands.
    while (second.broadcast === undefined) await new Promise(setImmediate);
    await second.waitMore(2_000_000);
    await second.stop();
    // The same init segments: the colours are known of them.
    expect(second.broadcast).toEqual({ description, next });
    const due = partNumber(grid, next[V] ?? FIRST_PART) * grid.framesPerPart;
    expect(second.frames.get(V)?.[0]).toMatchObject({ ptsTicks: due * grid.frameDurationTicks, isKeyframe: true });
    expect(new Set(await second.shown(V))).toEqual(new Set([undefined]));
    expect(second.frames.get(V)?.length).toBeGreaterThan(60);
  });
});
