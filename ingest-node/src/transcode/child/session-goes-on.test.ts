import { mediaGrid, type NextParts, partNumber, partPlace, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { SourcePacket } from '../../media/source.ts';
import { interleave, type MadeTrack, makeAudio, makeVideo } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';

const SMALL = { widthPx: 320, heightPx: 180 };
const FRAME_RATE = { num: 30, den: 1 };
const V = RenditionId.parse('v180');
const A = RenditionId.parse('a128');
const grid = mediaGrid('low', FRAME_RATE);

interface Source {
  readonly video: MadeTrack;
  readonly audio: MadeTrack;
  readonly packets: readonly SourcePacket[];
}

async function source(seconds: number): Promise<Source> {
  const video = await makeVideo({ ...SMALL, frameCount: seconds * 30, frameRate: FRAME_RATE });
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

/** A stage that has coded the first `seconds` of a source and then vanishes, and one that goes on `afterUs` later. */
async function sequel(made: Source, { seconds, afterUs }: { seconds: number; afterUs: number }) {
  const first = new Stage();
  await introduce(first, made);
  await first.play(made.packets.filter(({ dtsUs }) => dtsUs < seconds * 1e6));
  const description = first.broadcast?.description;
  if (description === undefined) throw new Error('nothing was broadcast');
  const next = nextAfter(first);
  const second = new Stage({ continues: { description, next } }, first.nowUs + afterUs);
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
    const due = partNumber(grid, next[V] ?? { msn: 1, partIndex: 0 });
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
    const firstSlot = partNumber(grid, next[V] ?? { msn: 1, partIndex: 0 }) * grid.framesPerPart;
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

  it('begins though nobody sends anything: with a segment of the slate, whose colours are not the source’s', async () => {
    const made = await source(4);
    const { second } = await sequel(made, { seconds: 3, afterUs: 400_000 });
    await second.tell({ kind: 'source-left' });
    await second.waitMore(700_000);
    // Encoders open in their own time, while the stage's stands.
    while (second.broadcast === undefined) await new Promise(setImmediate);
    await second.waitMore(2_000_000);
    await second.stop();
    expect(second.broadcast?.next).toEqual({ [V]: { msn: 3, partIndex: 0 }, [A]: { msn: 3, partIndex: 0 } });
    expect(second.frames.get(V)?.[0]).toMatchObject({ ptsTicks: 128 * grid.frameDurationTicks, isKeyframe: true });
    expect(new Set(await second.shown(V))).toEqual(new Set([undefined]));
    expect(second.frames.get(V)?.length).toBeGreaterThan(60);
  });
});
