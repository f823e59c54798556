import { mediaGrid, PartAnnounced, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { PackageError } from './package-error.ts';
import { type CutPart, Packager } from './packager.ts';
import { A128, audioFrame, fakeBroadcast, V360, V720, videoFrame } from './packaging-fixture.ts';
import { readChunks } from './read-back.ts';

const FRAME_RATE = { num: 30, den: 1 };
const grid = mediaGrid('low', FRAME_RATE);
const NOW_MS = 1_780_000_000_000;

/** All frames of some segments, as the renditions' encoders would give them: video in turns, audio a little ahead. */
function cutSegments(packager: Packager, segmentCount: number): CutPart[] {
  const parts: (CutPart | undefined)[] = [];
  let audioCount = 0;
  for (let index = 0; index < segmentCount * grid.framesPerSegment; index += 1) {
    const nowMs = NOW_MS + index;
    for (; audioCount * 1_024 < ((index + 1) * 48_000) / 30; audioCount += 1) {
      parts.push(packager.push(audioFrame(audioCount), nowMs));
    }
    for (const id of [V720, V360]) parts.push(packager.push(videoFrame(id, grid, index), nowMs));
  }
  return parts.filter((part) => part !== undefined);
}

const parts = cutSegments(new Packager(fakeBroadcast('low', FRAME_RATE)), 3);
const ofRendition = (id: string) => parts.filter(({ announced }) => announced.renditionId === id);

describe('the parts of a broadcast', () => {
  it('say of themselves what their bytes say', () => {
    for (const { announced, bytes, cutAtMs } of parts) {
      expect(PartAnnounced.parse(announced)).toEqual(announced);
      const [chunk, second] = readChunks(bytes);
      expect(second).toBeUndefined();
      expect(announced).toMatchObject({
        startTicks: chunk?.startTicks,
        durationTicks: chunk?.durationTicks,
        sizeBytes: bytes.length,
        isIndependent: (chunk?.samples[0]?.flags ?? 0) === 0x02000000,
      });
      expect(chunk?.producer.wallMs).toBeCloseTo(cutAtMs, 2);
      expect(chunk?.producer.mediaTicks).toBe(announced.startTicks);
      const trackId = announced.renditionId === A128 ? 2 : 1;
      expect([chunk?.trackId, chunk?.producer.trackId]).toEqual([trackId, trackId]);
    }
  });

  it.each([V720, V360, A128])('of %s follow each other without a gap, and rise in number (rule A6.48)', (id) => {
    let nextTicks = 0;
    for (const [index, { bytes }] of ofRendition(id).entries()) {
      const [chunk] = readChunks(bytes);
      expect(chunk?.startTicks).toBe(nextTicks);
      expect(chunk?.sequenceNumber).toBe(index + 1);
      nextTicks += chunk?.durationTicks ?? 0;
    }
    expect(nextTicks).toBe(id === A128 ? 3 * 1_024 * 100 : 3 * grid.framesPerSegment * grid.frameDurationTicks);
  });

  it('are cut at the same instants in all pictures (rule A6.50)', () => {
    const places = (id: string) => ofRendition(id).map(({ announced: { renditionId: _, ...place } }) => place);
    expect(places(V720)).toEqual(places(V360));
  });

  it('are independent at each start of a segment, and sound always (rule A6.49)', () => {
    for (const { announced } of parts) {
      expect(announced.isIndependent).toBe(announced.renditionId === A128 || announced.partIndex === 0);
    }
  });

  it('hold the frames as they came, in order', () => {
    const payloads = ofRendition(V360).flatMap(({ bytes }) => readChunks(bytes)[0]?.samples ?? []);
    const text = payloads.map(({ payload }) => Buffer.from(payload).toString());
    expect(text).toEqual(text.map((_, index) => `frame ${index}`));
  });
});

describe('the end of a broadcast', () => {
  it('leaves nothing when all segments are whole', () => {
    const packager = new Packager(fakeBroadcast('low', FRAME_RATE));
    cutSegments(packager, 1);
    expect(packager.end(NOW_MS)).toEqual([]);
  });

  it('closes the segment of every rendition that has frames left', () => {
    const packager = new Packager(fakeBroadcast('low', FRAME_RATE));
    for (const index of [0, 1, 2]) packager.push(videoFrame(V720, grid, index), NOW_MS);
    packager.push(audioFrame(0), NOW_MS);
    const left = packager.end(NOW_MS).map(({ announced }) => announced);
    expect(left.map(({ renditionId, isLastOfSegment }) => [renditionId, isLastOfSegment])).toEqual([
      [V720, true],
      [A128, true],
    ]);
    expect(left[0]?.durationTicks).toBe(3 * grid.frameDurationTicks);
  });
});

describe('pictures that rest', () => {
  const slots = (msn: number) =>
    Array.from({ length: grid.framesPerSegment }, (_, n) => (msn - 1) * grid.framesPerSegment + n);
  const cut = (packager: Packager, id: typeof V720, msn: number) =>
    slots(msn).flatMap((slot) => packager.push(videoFrame(id, grid, slot), NOW_MS) ?? []);

  it('are exactly those that are named, and are cut as the others when they are back', () => {
    const packager = new Packager(fakeBroadcast('low', FRAME_RATE));
    packager.rest([V720], 1);
    for (const msn of [1, 2]) cut(packager, V360, msn);
    packager.rest([], 3);
    const own = cut(packager, V720, 3).map(({ announced: { renditionId: _, ...place } }) => place);
    const others = cut(packager, V360, 3).map(({ announced: { renditionId: _, ...place } }) => place);
    expect(own).toEqual(others);
    packager.rest([V360], 4);
    expect(cut(packager, V720, 4)).toHaveLength(grid.partsPerSegment);
    expect(() => cut(packager, V360, 4)).toThrow(PackageError);
  });

  it('may rest when the broadcast ends', () => {
    const packager = new Packager(fakeBroadcast('low', FRAME_RATE));
    packager.rest([V720], 1);
    packager.push(videoFrame(V360, grid, 0), NOW_MS);
    expect(packager.end(NOW_MS).map(({ announced }) => announced.renditionId)).toEqual([V360]);
  });

  it.each([A128, RenditionId.parse('v480')])('are none but pictures of the broadcast: %s', (id) => {
    const packager = new Packager(fakeBroadcast('low', FRAME_RATE));
    expect(() => packager.rest([V720, id], 1)).toThrow(/unknown-rendition/);
    // Nothing of it counts.
    expect(cut(packager, V720, 1)).toHaveLength(grid.partsPerSegment);
  });
});

describe('what cannot be packaged', () => {
  it('is a frame of a rendition that was not described', () => {
    const { description, next } = fakeBroadcast('low', FRAME_RATE);
    const renditions = description.renditions.filter(({ id }) => id !== V360);
    const packager = new Packager({ description: { ...description, renditions }, next });
    expect(() => packager.push(videoFrame(V360, grid, 0), NOW_MS)).toThrow(PackageError);
  });
});
