import {
  AAC_FRAME_SAMPLES,
  AUDIO_SAMPLE_RATE_HZ,
  LATENCY_PROFILE_NAMES,
  type MediaGrid,
  mediaGrid,
  type Rendition,
} from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackageError } from './package-error.ts';
import { A128, audioFrame, FRAME_RATES, fakeBroadcast, V720, videoFrame } from './packaging-fixture.ts';
import { type FramesOfPart, RenditionCutter } from './rendition-cutter.ts';

const SEGMENTS = 6;

function renditionOf(grid: MediaGrid, id: string): Rendition {
  const found = fakeBroadcast(grid.profile, grid.frameRate).description.renditions.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

/** Parts, and after how many frames each of them came. */
function cutVideo(grid: MediaGrid, frameCount: number) {
  const cutter = new RenditionCutter(renditionOf(grid, V720), grid, 0);
  return collect(frameCount, (index) => cutter.push(videoFrame(V720, grid, index)));
}

function cutAudio(grid: MediaGrid, frameCount: number) {
  const cutter = new RenditionCutter(renditionOf(grid, A128), grid, 0);
  return collect(frameCount, (index) => cutter.push(audioFrame(index)));
}

function collect(frameCount: number, push: (index: number) => FramesOfPart | undefined) {
  const parts: (FramesOfPart & { readonly afterFrames: number })[] = [];
  for (let index = 0; index < frameCount; index += 1) {
    const part = push(index);
    if (part !== undefined) parts.push({ ...part, afterFrames: index + 1 });
  }
  return parts;
}

const startS = (part: FramesOfPart, timescaleHz: number) => (part.frames[0]?.ptsTicks ?? Number.NaN) / timescaleHz;

const cases = LATENCY_PROFILE_NAMES.flatMap((profile) =>
  Object.entries(FRAME_RATES).map(([name, frameRate]) => ({ profile, name, grid: mediaGrid(profile, frameRate) })),
);

describe.each(cases)('$profile at $name fps', ({ grid }) => {
  const frameCount = SEGMENTS * grid.framesPerSegment;
  const video = cutVideo(grid, frameCount);
  const segmentS = (grid.framesPerSegment * grid.frameRate.den) / grid.frameRate.num;
  const audio = cutAudio(grid, Math.floor((SEGMENTS * segmentS * AUDIO_SAMPLE_RATE_HZ) / AAC_FRAME_SAMPLES));

  it('cuts every video part after exactly its last frame, all alike', () => {
    expect(video.map(({ afterFrames }) => afterFrames)).toEqual(
      Array.from({ length: SEGMENTS * grid.partsPerSegment }, (_, index) => (index + 1) * grid.framesPerPart),
    );
  });

  it('numbers segments from 1 and parts from 0, and closes each segment with its last part', () => {
    for (const parts of [video, audio]) {
      expect(parts.map(({ msn, partIndex, isLastOfSegment }) => [msn, partIndex, isLastOfSegment])).toEqual(
        parts.map((_, index) => {
          const partIndex = index % grid.partsPerSegment;
          return [Math.floor(index / grid.partsPerSegment) + 1, partIndex, partIndex === grid.partsPerSegment - 1];
        }),
      );
      expect(parts.map(({ sequenceNumber }) => sequenceNumber)).toEqual(parts.map((_, index) => index + 1));
    }
    expect(audio).toHaveLength(video.length);
  });

  it('begins every audio part less than one AAC frame before its video part, and never after it', () => {
    for (const [index, part] of audio.entries()) {
      const videoPart = video[index];
      if (videoPart === undefined) throw new Error('no such part');
      const aheadS = startS(videoPart, grid.videoTimescaleHz) - startS(part, AUDIO_SAMPLE_RATE_HZ);
      expect(aheadS).toBeGreaterThan(-1e-9);
      expect(aheadS).toBeLessThan(AAC_FRAME_SAMPLES / AUDIO_SAMPLE_RATE_HZ);
    }
  });

  it('leaves no frame out and repeats none', () => {
    for (const parts of [video, audio]) {
      const times = parts.flatMap(({ frames }) => frames.map(({ ptsTicks }) => ptsTicks));
      const step = parts === video ? grid.frameDurationTicks : AAC_FRAME_SAMPLES;
      expect(times).toEqual(times.map((_, index) => index * step));
    }
  });

  it('cuts what comes after a rest as if there had been none', () => {
    const cutter = new RenditionCutter(renditionOf(grid, V720), grid, 0);
    cutter.rest(true, 2);
    cutter.rest(false, 5);
    const slots = Array.from({ length: frameCount }, (_, slot) => slot);
    const msnOf = (slot: number) => Math.floor(slot / grid.framesPerSegment) + 1;
    const made = slots.filter((slot) => msnOf(slot) === 1 || msnOf(slot) >= 5);
    const parts = made.flatMap((slot) => cutter.push(videoFrame(V720, grid, slot)) ?? []);
    const all = video.map(({ afterFrames: _, ...part }) => part);
    expect(parts).toEqual(all.filter(({ msn }) => msn === 1 || msn >= 5));
  });

  it('keeps to the declared PART-TARGET, and to 85 % of it', () => {
    // rfc8216bis §4.4.4.9; the last part of a segment may be shorter.
    const targets = { video: renditionOf(grid, V720).partTargetTicks, audio: renditionOf(grid, A128).partTargetTicks };
    for (const [kind, parts] of Object.entries({ video, audio })) {
      const target = kind === 'video' ? targets.video : targets.audio;
      for (const { frames, isLastOfSegment } of parts) {
        const durationTicks = frames.reduce((sum, frame) => sum + frame.durationTicks, 0);
        expect(durationTicks).toBeLessThanOrEqual(target);
        if (!isLastOfSegment) expect(durationTicks).toBeGreaterThanOrEqual(0.85 * target);
      }
    }
  });
});

describe('segments of audio and video', () => {
  it.each(['25', '30', '50', '60'])('begin together to the tick at %s fps', (name) => {
    const frameRate = FRAME_RATES[name];
    if (frameRate === undefined) throw new Error(name);
    for (const profile of LATENCY_PROFILE_NAMES) {
      const grid = mediaGrid(profile, frameRate);
      const segmentS = (grid.framesPerSegment * frameRate.den) / frameRate.num;
      expect((segmentS * AUDIO_SAMPLE_RATE_HZ) % AAC_FRAME_SAMPLES).toBe(0);
    }
  });
});

describe('what is left when the broadcast ends', () => {
  const grid = mediaGrid('low', { num: 30, den: 1 });

  it('becomes a last, shorter part that ends its segment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 * grid.framesPerSegment }), (frameCount) => {
        const cutter = new RenditionCutter(renditionOf(grid, V720), grid, 0);
        const parts = collect(frameCount, (index) => cutter.push(videoFrame(V720, grid, index)));
        const last = cutter.end();
        const cut = parts.reduce((sum, { frames }) => sum + frames.length, 0);
        expect(last?.frames.length ?? 0).toBe(frameCount - cut);
        if (last !== undefined) expect(last.isLastOfSegment).toBe(true);
        expect(cutter.end()).toBeUndefined();
      }),
    );
  });
});

describe('frames that do not fit', () => {
  const grid = mediaGrid('low', { num: 30, den: 1 });
  const first = videoFrame(V720, grid, 0);
  const codeOf = (act: () => unknown) => {
    try {
      act();
      return 'nothing thrown';
    } catch (error) {
      return error instanceof PackageError ? error.code : error;
    }
  };

  it.each([
    ['a frame left out', [first, videoFrame(V720, grid, 2)], 'off-the-grid'],
    ['the same frame twice', [first, first], 'off-the-grid'],
    ['a frame of another length', [{ ...first, durationTicks: first.durationTicks - 1 }], 'off-the-grid'],
    ['a segment without a keyframe', [{ ...first, isKeyframe: false }], 'keyframe-missing'],
  ])('%s is refused', (_what, frames, code) => {
    const cutter = new RenditionCutter(renditionOf(grid, V720), grid, 0);
    expect(codeOf(() => frames.map((frame) => cutter.push(frame)))).toBe(code);
  });
});

describe('a rendition that rests', () => {
  const grid = mediaGrid('low', { num: 30, den: 1 });
  const { framesPerSegment, partsPerSegment } = grid;
  const segment = (cutter: RenditionCutter, msn: number) =>
    collect(framesPerSegment, (index) => cutter.push(videoFrame(V720, grid, (msn - 1) * framesPerSegment + index)));
  const newCutter = (firstPart = 0) => new RenditionCutter(renditionOf(grid, V720), grid, firstPart);

  it('goes on with the segment that was told, whose parts are numbered as if none had been left out', () => {
    const cutter = newCutter();
    segment(cutter, 1);
    cutter.rest(true, 2);
    cutter.rest(false, 40);
    cutter.rest(true, 41);
    cutter.rest(false, 43);
    for (const msn of [40, 43, 44]) {
      const parts = segment(cutter, msn);
      expect(parts.map(({ msn, partIndex }) => [msn, partIndex])).toEqual([0, 1, 2, 3].map((index) => [msn, index]));
      expect(parts.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
        [1, 2, 3, 4].map((number) => (msn - 1) * partsPerSegment + number),
      );
      expect(parts[0]?.frames[0]?.ptsTicks).toBe((msn - 1) * framesPerSegment * grid.frameDurationTicks);
      expect(parts.map(({ isLastOfSegment }) => isLastOfSegment)).toEqual([false, false, false, true]);
    }
  });

  it('takes the frames of its last segment, which may come after the order', () => {
    const cutter = newCutter();
    cutter.push(videoFrame(V720, grid, 0));
    cutter.rest(true, 2);
    const parts = collect(framesPerSegment - 1, (index) => cutter.push(videoFrame(V720, grid, 1 + index)));
    expect(parts.at(-1)).toMatchObject({ msn: 1, isLastOfSegment: true });
    expect(cutter.end()).toBeUndefined();
  });

  it.each([
    ['while it rests', [[true, 2]], 2, 'off-the-grid'],
    ['of a later segment, when nothing was said of it', [[true, 2]], 3, 'off-the-grid'],
    [
      'of the segment before that in which it goes on',
      [
        [true, 2],
        [false, 4],
      ],
      3,
      'off-the-grid',
    ],
    [
      'of the segment behind it',
      [
        [true, 2],
        [false, 4],
      ],
      5,
      'off-the-grid',
    ],
    [
      'of a segment that was left out',
      [
        [true, 2],
        [false, 4],
      ],
      1,
      'off-the-grid',
    ],
    ['of a later segment, of one that does not rest', [], 3, 'off-the-grid'],
  ] as const)('is given no frame %s', (_what, orders, msn, code) => {
    const cutter = newCutter();
    segment(cutter, 1);
    for (const [rests, fromMsn] of orders) cutter.rest(rests, fromMsn);
    expect(() => segment(cutter, msn)).toThrow(expect.objectContaining({ code }));
  });

  it('goes on with a keyframe, and at the first frame of the segment', () => {
    const woken = () => {
      const cutter = newCutter();
      segment(cutter, 1);
      cutter.rest(true, 2);
      cutter.rest(false, 4);
      return cutter;
    };
    const first = videoFrame(V720, grid, 3 * framesPerSegment);
    expect(() => woken().push({ ...first, isKeyframe: false })).toThrow(/keyframe-missing/);
    expect(() => woken().push(videoFrame(V720, grid, 3 * framesPerSegment + 1))).toThrow(/off-the-grid/);
    expect(woken().push(first)).toBeUndefined();
  });

  it('is not told to rest in a segment that it has begun', () => {
    const begun = newCutter();
    begun.push(videoFrame(V720, grid, 0));
    expect(() => begun.rest(true, 1)).toThrow(/rest-out-of-order/);
    const within = newCutter(1);
    expect(() => within.rest(true, 1)).toThrow(/rest-out-of-order/);
    within.rest(true, 2);
    const fresh = newCutter();
    fresh.rest(true, 1);
    expect(() => fresh.push(videoFrame(V720, grid, 0))).toThrow(/off-the-grid/);
  });
});
