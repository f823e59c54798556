import { mediaGrid, RenditionId } from '@sluice/contracts';
import type { Frame } from 'node-av/lib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EncodedFrame } from '../../media/encoded.ts';
import type { SourcePacket } from '../../media/source.ts';
import { Packager } from '../../package/packager.ts';
import { interleave, makeAudio, makeVideo, pictureNumber } from '../fixtures/made-source.ts';
import { Stage } from '../fixtures/stage.ts';
import { Scaler } from './picture.ts';
import { VideoEncoder } from './video-encoder.ts';

const SMALL = { widthPx: 320, heightPx: 180 };
const LADDER = [180, 120, 60].map((heightPx) => ({ heightPx, bitrateBps: 300_000 }));
const grid = mediaGrid('low', { num: 30, den: 1 });
const { framesPerSegment } = grid;

afterEach(() => {
  vi.restoreAllMocks();
});

/** A stage whose source is played as far as a test wants. */
class Playing {
  readonly stage = new Stage({ ladder: LADDER });
  readonly #packets: SourcePacket[];

  private constructor(packets: readonly SourcePacket[]) {
    this.#packets = [...packets];
  }

  static async open(frameCount: number): Promise<Playing> {
    const video = await makeVideo({ ...SMALL, frameCount });
    const audio = await makeAudio({ durationS: frameCount / 30 });
    const playing = new Playing(interleave(video, audio));
    await playing.stage.give({ kind: 'metadata', ...SMALL, frameRate: 30 });
    await playing.stage.give(video.config);
    await playing.stage.give(audio.config);
    return playing;
  }

  /** Until so many slots are shown, and no more. */
  async until(slotCount: number): Promise<void> {
    const untilUs = (slotCount * 1e6) / 30 - 1;
    const count = this.#packets.findIndex(({ dtsUs }) => dtsUs >= untilUs);
    await this.stage.play(this.#packets.splice(0, count < 0 ? this.#packets.length : count));
    expect(this.stage.stats.slotCount).toBe(slotCount);
  }
}

function segmentsOf(stage: Stage, id: string): ReadonlyMap<number, readonly EncodedFrame[]> {
  const segments = new Map<number, EncodedFrame[]>();
  for (const frame of stage.frames.get(id) ?? []) {
    const msn = Math.floor(frame.ptsTicks / grid.frameDurationTicks / framesPerSegment) + 1;
    segments.set(msn, [...(segments.get(msn) ?? []), frame]);
  }
  return segments;
}

/** Whole segments and no others, each on the grid, each to be decoded by itself under the init segment of the start. */
async function expectMade(stage: Stage, made: Readonly<Record<string, readonly number[]>>): Promise<void> {
  for (const [id, msns] of Object.entries(made)) {
    const rendition = stage.broadcast?.description.renditions.find((each) => each.id === id);
    if (rendition?.kind !== 'video') throw new Error(`there is no ${id}`);
    const segments = segmentsOf(stage, id);
    expect([id, ...segments.keys()]).toEqual([id, ...msns]);
    for (const [msn, frames] of segments) {
      const firstSlot = (msn - 1) * framesPerSegment;
      const slots = Array.from({ length: framesPerSegment }, (_, index) => firstSlot + index);
      expect(frames.map(({ ptsTicks }) => ptsTicks)).toEqual(slots.map((slot) => slot * grid.frameDurationTicks));
      expect(frames.map(({ isKeyframe }) => isKeyframe)).toEqual(slots.map((slot) => slot === firstSlot));
      const sizes = await stage.seen(id, ({ width, height }: Frame) => `${width}x${height}`, [...frames]);
      expect(new Set(sizes)).toEqual(new Set([`${rendition.widthPx}x${rendition.heightPx}`]));
      expect(sizes).toHaveLength(framesPerSegment);
    }
  }
}

/** The number that is seen in each slot of a rendition, each segment decoded by itself. */
async function seen(stage: Stage, id: string): Promise<ReadonlyMap<number, number | undefined>> {
  const bySlot = new Map<number, number | undefined>();
  for (const [msn, frames] of segmentsOf(stage, id)) {
    const numbers = await stage.seen(id, pictureNumber, [...frames]);
    for (const [index, number] of numbers.entries()) bySlot.set((msn - 1) * framesPerSegment + index, number);
  }
  return bySlot;
}

describe('pictures that rest', () => {
  it('rest and are back by whole segments, several times, and show what the others show', async () => {
    const playing = await Playing.open(360);
    const { stage } = playing;
    await playing.until(30);
    expect(await stage.rest('v180')).toBe(2);
    await playing.until(100);
    expect(await stage.rest()).toBe(3);
    await playing.until(150);
    expect(await stage.rest('v180', 'v120')).toBe(4);
    await playing.until(200);
    expect(await stage.rest('v120')).toBe(5);
    await playing.until(360);
    await stage.stop();
    expect(stage.rests.map(({ renditionIds }) => renditionIds)).toEqual([['v180'], [], ['v180', 'v120'], ['v120']]);
    await expectMade(stage, { v180: [1, 3, 5, 6], v120: [1, 2, 3], v60: [1, 2, 3, 4, 5, 6] });
    for (const id of ['v180', 'v120', 'v60']) {
      for (const [slot, number] of await seen(stage, id))
        expect([id, slot, number]).toEqual([id, slot, Math.min(slot, 359) % 256]);
    }
    expect(stage.stats).toMatchObject({ slotCount: 384, freshCount: 360, repeatCount: 24, droppedFrameCount: 0 });
    expect(stage.ended?.reason).toBe('stopped');
    // Sound goes on all the time.
    expect(stage.frames.get('a128')?.map(({ ptsTicks }) => ptsTicks)).toEqual(
      Array.from({ length: 600 }, (_, index) => index * 1_024),
    );
  });

  it('are those of the last order before the segment, and each order is answered', async () => {
    const playing = await Playing.open(192);
    const { stage } = playing;
    await playing.until(10);
    for (const ids of [['v180'], ['v120'], [], ['v180', 'v120'], ['v120']]) expect(await stage.rest(...ids)).toBe(2);
    await playing.until(70);
    for (const ids of [[], ['v180'], []]) expect(await stage.rest(...ids)).toBe(3);
    await playing.until(192);
    await stage.stop();
    expect(stage.rests).toHaveLength(8);
    await expectMade(stage, { v180: [1, 2, 3], v120: [1, 3], v60: [1, 2, 3] });
  });

  it.each([
    [63, 2],
    [64, 2],
    [65, 3],
  ])(
    'rest from the first segment on of which nothing was shown: with %d slots shown, segment %d',
    async (slots, msn) => {
      const playing = await Playing.open(192);
      const { stage } = playing;
      await playing.until(slots);
      expect(await stage.rest('v180')).toBe(msn);
      await playing.until(192);
      await stage.stop();
      await expectMade(stage, { v180: msn === 2 ? [1] : [1, 2], v60: [1, 2, 3] });
    },
  );

  it('are told of in time to be packaged: before any frame of the segment', async () => {
    const playing = await Playing.open(330);
    const { stage } = playing;
    for (const slots of [60, 64, 100, 128, 190, 193, 256, 300]) {
      await playing.until(slots);
      await stage.rest(...(slots % 3 === 0 ? [] : slots % 3 === 1 ? ['v180'] : ['v180', 'v120']));
    }
    await playing.until(330);
    await stage.stop();
    const { broadcast, told } = stage;
    if (broadcast === undefined) throw new Error('nothing was broadcast');
    const packager = new Packager(broadcast);
    const parts = told.flatMap((one) => {
      if ('payload' in one) return packager.push(one, 0) ?? [];
      packager.rest(one.renditionIds, one.fromMsn);
      return [];
    });
    const all = (msns: readonly number[]) =>
      msns.flatMap((msn) => [0, 1, 2, 3].map((partIndex) => ({ msn, partIndex })));
    const cut = (id: string) =>
      parts.flatMap(({ announced: { renditionId, msn, partIndex } }) =>
        renditionId === id ? [{ msn, partIndex }] : [],
      );
    // Orders at 60 and 64: one for segment 2. 100 and 128: 3. 190: 4. 193: 5, as 256, which replaces it. 300: 6.
    expect(stage.rests.map(({ fromMsn }) => fromMsn)).toEqual([2, 2, 3, 3, 4, 5, 5, 6]);
    expect(cut('v180')).toEqual(all([1, 6]));
    expect(cut('v120')).toEqual(all([1, 2, 4, 5, 6]));
    expect(cut('v60')).toEqual(all([1, 2, 3, 4, 5, 6]));
    expect(packager.end(0)).toEqual([]);
  });

  it('are never all: then the smallest goes on, and what is unknown changes nothing', async () => {
    const playing = await Playing.open(128);
    const { stage } = playing;
    await playing.until(10);
    expect(await stage.rest('v180', 'v120', 'v60', 'a128', 'v720')).toBe(2);
    expect(stage.rests.at(-1)?.renditionIds).toEqual(['v180', 'v120']);
    await playing.until(128);
    await stage.stop();
    await expectMade(stage, { v180: [1], v120: [1], v60: [1, 2] });
    expect(stage.frames.get('a128')).toHaveLength(200);
  });

  it('may be the smallest, and the largest alone goes on', async () => {
    const playing = await Playing.open(192);
    const { stage } = playing;
    await playing.until(10);
    expect(await stage.rest('v60', 'v120')).toBe(2);
    await playing.until(100);
    expect(await stage.rest('v120')).toBe(3);
    await playing.until(192);
    await stage.stop();
    await expectMade(stage, { v180: [1, 2, 3], v120: [1], v60: [1, 3] });
    const shown = [...(await seen(stage, 'v60'))].filter(([slot]) => slot >= 128);
    expect(shown.map(([, number]) => number)).toEqual(shown.map(([slot]) => slot % 256));
  });

  it('rest while nobody sends, and are back with the slate, and then with pictures', async () => {
    const playing = await Playing.open(64);
    const { stage } = playing;
    await playing.until(64);
    await stage.tell({ kind: 'source-left' });
    await stage.waitMore(4_000_000);
    expect(stage.stats.slateCount).toBeGreaterThan(30);
    const restMsn = (await stage.rest('v180')) ?? 0;
    await stage.waitMore(6_000_000);
    const wakeMsn = (await stage.rest()) ?? 0;
    await stage.waitMore(4_000_000);
    await stage.stop();
    expect(wakeMsn).toBeGreaterThan(restMsn + 1);
    const last = Math.max(...segmentsOf(stage, 'v60').keys());
    const all = Array.from({ length: last }, (_, index) => index + 1);
    await expectMade(stage, { v180: all.filter((msn) => msn < restMsn || msn >= wakeMsn), v120: all, v60: all });
    const woken = [...(await seen(stage, 'v180'))].filter(([slot]) => slot >= (wakeMsn - 1) * framesPerSegment);
    expect(new Set(woken.map(([, number]) => number))).toEqual(new Set([undefined]));
  });

  it('rest when the broadcast ends', async () => {
    const playing = await Playing.open(130);
    const { stage } = playing;
    await playing.until(10);
    await stage.rest('v180');
    await playing.until(70);
    // An order whose segment never begins.
    await stage.rest();
    await stage.stop();
    expect(stage.ended).toMatchObject({ reason: 'stopped' });
    await expectMade(stage, { v180: [1], v120: [1, 2], v60: [1, 2] });
    expect(await stage.rest('v180')).toBe(3);
    expect(stage.rests).toHaveLength(2);
  });

  it('are back after a minute as if they had never been away, and are neither slow nor behind meanwhile', async () => {
    const playing = await Playing.open(64);
    const { stage } = playing;
    await playing.until(10);
    expect(await stage.rest('v180', 'v120')).toBe(2);
    await playing.until(64);
    await stage.tell({ kind: 'source-left' });
    await stage.waitMore(60_000_000);
    expect(stage.stats.encodeLagMs).toBeLessThan(1_000);
    expect(stage.stats.encodeQueueLength).toBeLessThanOrEqual(4);
    const wakeMsn = (await stage.rest()) ?? 0;
    expect(wakeMsn).toBeGreaterThan(28);
    await stage.waitMore(5_000_000);
    // The first frames of those that were woken are just being encoded: they are behind by no more than that.
    expect(stage.stats.encodeLagMs).toBeLessThan(1_000);
    await stage.stop();
    expect(stage.warnings).not.toContain('cpu-overload');
    const last = Math.max(...segmentsOf(stage, 'v60').keys());
    const woken = Array.from({ length: last - wakeMsn + 1 }, (_, index) => wakeMsn + index);
    await expectMade(stage, { v180: [1, ...woken], v120: [1, ...woken] });
  });

  it.each([
    // What is back is ahead of those that are behind, and has begun this segment: all come so far.
    [true, { v180: [1, 7], v120: [1, 2, 3, 4, 5, 6, 7], v60: [1, 2, 3, 4, 5, 6, 7] }],
    [false, { v180: [1], v120: [1, 2], v60: [1, 2] }],
  ])(
    'end with the segment that the others end with, where these are far behind: back before %s',
    async (isBack, made) => {
      const playing = await Playing.open(70);
      const { stage } = playing;
      await playing.until(10);
      await stage.rest('v180');
      await playing.until(70);
      stage.starve(9_000_000, 100_000);
      if (isBack) expect(await stage.rest()).toBe(7);
      stage.starve(3_000_000, 100_000);
      await stage.stop();
      expect(stage.ended?.reason).toBe('stopped');
      await expectMade(stage, made);
    },
  );

  it('leave the rest of the ladder overloaded where that is too slow', async () => {
    const playing = await Playing.open(70);
    const { stage } = playing;
    await playing.until(10);
    await stage.rest('v180', 'v120');
    await playing.until(70);
    stage.starve(14_000_000, 100_000);
    expect(stage.ended).toBeUndefined();
    stage.starve(3_000_000, 100_000);
    expect(stage.ended?.reason).toBe('overloaded');
    // What was begun is encoded all the same.
    while (stage.stats.encodeQueueLength > 0) await new Promise(setImmediate);
  });

  it('are all made by a child that takes over, until it is told; and one that goes on within a segment ends it first', async () => {
    const playing = await Playing.open(80);
    const before = playing.stage;
    await playing.until(10);
    await before.rest('v180', 'v120');
    await playing.until(80);
    const description = before.broadcast?.description;
    if (description === undefined) throw new Error('nothing was broadcast');
    // As its parent counts: what rests is lent its parts, the last of them later than its lender is announced.
    const [v180, v120, v60, a128] = ['v180', 'v120', 'v60', 'a128'].map((id) => RenditionId.parse(id));
    const next = Object.fromEntries([
      [v180, { msn: 2, partIndex: 0 }],
      [v120, { msn: 3, partIndex: 1 }],
      [v60, { msn: 2, partIndex: 1 }],
      [a128, { msn: 2, partIndex: 1 }],
    ]);
    const stage = new Stage({ continues: { description, next } }, before.nowUs + 500_000);
    await stage.tell({ kind: 'source-left' });
    await stage.waitMore(700_000);
    while (stage.broadcast === undefined) await new Promise(setImmediate);
    expect(stage.broadcast).toEqual({ description, next });
    // Slots of segment 2 are due, but of v120 the first is one of segment 3.
    expect(await stage.rest('v180', 'v120')).toBe(4);
    await stage.waitMore(8_000_000);
    await stage.stop();
    const slotsOf = (id: string) => stage.frames.get(id)?.map(({ ptsTicks }) => ptsTicks / grid.frameDurationTicks);
    const run = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
    expect(slotsOf('v180')).toEqual(run(64, 192));
    expect(slotsOf('v120')).toEqual(run(128 + grid.framesPerPart, 192));
    const last = stage.frames.get('v60')?.length ?? 0;
    expect(slotsOf('v60')).toEqual(run(64 + grid.framesPerPart, 64 + grid.framesPerPart + last));
    expect(last).toBeGreaterThan(192);
    expect(stage.frames.get('v120')?.[0]?.isKeyframe).toBe(true);
    await before.stop();
  });

  it('cost no encoding, and no scaling where no smaller one needs it', async () => {
    const encode = vi.spyOn(VideoEncoder.prototype, 'encode');
    const scale = vi.spyOn(Scaler.prototype, 'scale');
    const playing = await Playing.open(128);
    const { stage } = playing;
    await playing.until(64);
    await stage.rest('v180', 'v120');
    await playing.until(128);
    await stage.stop();
    // 64 slots on three rungs, 64 on one; of the steps of each picture the top one is the source's own.
    expect(encode).toHaveBeenCalledTimes(3 * 64 + 64);
    expect(scale).toHaveBeenCalledTimes(2 * 64 + 64);
  });
});
