import { BroadcastDescription, mediaGrid } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { TrackSample } from '../media/encoded-track.ts';
import { A128, AlignerStage, NOW_MS, TRACKS, V360, V720 } from './track-aligner-fixture.ts';
import { type Programme, pictureTrack, programme, soundTrack } from './track-fixture.ts';

/** So many samples of one tick and one byte. */
function shortSamples(count: number, fromTicks = 0): TrackSample[] {
  const sample = { durationTicks: 1, isKeyframe: true, payload: Uint8Array.of(1) };
  return Array.from({ length: count }, (_, at) => ({ ...sample, timeTicks: fromTicks + at }));
}

describe('tracks that come encoded', () => {
  it('are a broadcast of what they are, from the first moment at which all can begin', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 6 });
    const [encoded] = stage.broadcasts;
    expect(encoded?.description).toMatchObject({
      profile: 'low',
      frameRate: { num: 30, den: 1 },
      startedAtMs: NOW_MS,
      renditions: [
        { id: 'v720', codecs: 'avc1.64001F', widthPx: 1_280, bitrateBpsMax: 2_880_000 },
        { id: 'v360', widthPx: 640 },
        { id: 'a128', codecs: 'mp4a.40.2', channelCount: 2, bitrateBpsMax: 128_000 },
      ],
    });
    expect(stage.payloads(V720).slice(0, 3)).toEqual(['high 0', 'high 1', 'high 2']);
    for (const id of [V720, V360]) expect(stage.payloads(id)).toHaveLength(180);
    expect(stage.payloads(A128)[0]).toBe('sound 0');
    expect(stage.parts.filter((part) => part.startsWith('v360'))).toEqual(
      ['1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '2.2', '2.3', '3.0', '3.1', '3.2'].map((place) => `v360 ${place}`),
    );
    expect(stage.warnings).toEqual([]);
  });

  it('begin where a keyframe is in all pictures', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, fromS: 0.7, toS: 6 });
    expect(stage.payloads(V720)[0]).toBe('high 64');
    // The sound's frame that is nearest to the picture.
    expect(stage.payloads(A128)[0]).toBe('sound 100');
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS + Math.round((64 / 30) * 1_000));
  });

  it('have the times that they are had at, not the encoder that is seconds behind', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 }, 4_000);
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS + 4_000);
  });

  it('have their own times where these count from 1970 and agree', () => {
    const clockS = NOW_MS / 1_000;
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5, clockS }, 600);
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS);
    expect(stage.payloads(V720)).toHaveLength(150);
  });

  it('have the times of their prft where these agree', () => {
    const stage = new AlignerStage();
    for (const { atS, samples } of programme({ tracks: TRACKS, toS: 5 })) {
      const capturedAt = { timeTicks: samples.samples[0]?.timeTicks ?? 0, wallMs: 0 };
      capturedAt.wallMs = NOW_MS + (capturedAt.timeTicks / samples.track.timescaleHz) * 1_000 + 100;
      stage.take({ ...samples, capturedAt }, NOW_MS + atS * 1_000 + 700);
    }
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS + 100);
  });

  it('begin as soon where the clock of the wall is set back meanwhile', () => {
    const stage = new AlignerStage();
    for (const { atS, samples } of programme({ tracks: TRACKS, toS: 5 })) {
      const setBackMs = atS > 1 ? 3_600_000 : 0;
      stage.take(samples, NOW_MS + atS * 1_000 - setBackMs, atS * 1_000);
    }
    expect(stage.payloads(V720)).toHaveLength(150);
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS - 3_600_000);
  });

  it('may have shorter groups, if a whole number of them is a segment', () => {
    expect(new AlignerStage().send({ tracks: TRACKS, gop: 32, toS: 5 }).parts).not.toEqual([]);
  });

  it.each([
    ['25', 25, 48],
    ['50', 50, 96],
    ['60', 60, 128],
    ['29.97', 30_000 / 1_001, 64],
    ['23.976', 24_000 / 1_001, 52],
  ])('are cut on the grid of %s pictures a second', (_name, fps, gop) => {
    const stage = new AlignerStage().send({ tracks: TRACKS, fps, gop, toS: 6 });
    const { num, den } = stage.broadcasts[0]?.description.frameRate ?? { num: 0, den: 1 };
    expect(num / den).toBeCloseTo(fps, 6);
    expect(mediaGrid('low', { num, den }).framesPerSegment).toBe(gop);
    expect(stage.parts).toContain('v720 2.3');
  });

  it('need no sound', () => {
    const { high } = TRACKS;
    expect(new AlignerStage().send({ tracks: { high }, toS: 5 }).broadcasts[0]?.description.renditions).toHaveLength(1);
  });

  it('have names of their own where two are of one size', () => {
    const tracks = { slow: pictureTrack(720, { bitrateBps: 1_000_000 }), fast: pictureTrack(720) };
    const { renditions } = new AlignerStage().send({ tracks, toS: 5 }).broadcasts[0]?.description ?? { renditions: [] };
    expect(renditions.map(({ id, bitrateBpsMax }) => [id, bitrateBpsMax])).toEqual([
      ['v720', 2_880_000],
      ['v720-2', 1_000_000],
    ]);
  });

  it('that say no bit rate have the one that is measured', () => {
    const tracks = { high: pictureTrack(720, { bitrateBps: 0 }), sound: soundTrack({ bitrateBps: 0 }) };
    const { renditions } = new AlignerStage().send({ tracks, toS: 5 }).broadcasts[0]?.description ?? { renditions: [] };
    expect(renditions.map(({ id }) => id)).toEqual(['v720', 'a32']);
    expect(renditions[0]?.bitrateBpsMax).toBeGreaterThan(1_000);
  });

  it.each([
    ['what their publisher may send', 50_000_000, 50_000_000],
    ['what the edge takes', 1_000_000_000, 500_000_000],
  ])('that say any bit rate have no more than %s', (_name, bitrateBpsMax, expected) => {
    const high = pictureTrack(720, { bitrateBps: 2 ** 32 - 1 });
    const stage = new AlignerStage(undefined, 'low', bitrateBpsMax).send({ tracks: { high }, toS: 5 });
    const { renditions } = BroadcastDescription.parse(stage.broadcasts[0]?.description);
    expect(renditions[0]?.bitrateBpsMax).toBe(expected);
  });

  it('leave a second sound out, and say so', () => {
    const stage = new AlignerStage().send({ tracks: { ...TRACKS, other: soundTrack() }, toS: 5 });
    expect(stage.broadcasts[0]?.description.renditions).toHaveLength(3);
    expect(stage.warnings).toEqual(['track-left-out']);
  });

  it('leave out what comes later, and say so once', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
    stage.send({ tracks: { ...TRACKS, tiny: pictureTrack(90) }, fromS: 5, toS: 8 });
    expect(stage.warnings).toEqual(['track-left-out']);
    expect(stage.broadcasts).toHaveLength(1);
    expect(stage.payloads(V720)).toHaveLength(240);
  });
});

describe('a track that is left out', () => {
  const SOUNDS = { ...TRACKS, other: soundTrack() };

  it('may be the last that comes, and the first that comes again after any time', () => {
    const { other, ...first } = SOUNDS;
    const stage = new AlignerStage().send({ tracks: SOUNDS, toS: 5 });
    stage.send({ tracks: { other, ...first }, fromS: 65, toS: 73 });
    expect([stage.unusable, stage.broadcasts.length]).toEqual([undefined, 2]);
  });

  it('may be ahead of the others, where these come a segment at a time', () => {
    const { other, ...rest } = SOUNDS;
    const segmentS = 64 / 15;
    const segments = { gop: 128, pieceS: segmentS, fromS: 4 * segmentS, toS: 16 * segmentS };
    const stage = new AlignerStage(undefined, 'standard').send({
      ...segments,
      tracks: SOUNDS,
      fromS: 0,
      toS: 4 * segmentS,
    });
    const ahead = [...programme({ ...segments, tracks: { other } })].map((each) => ({ ...each, atS: each.atS - 0.1 }));
    for (const { atS, samples } of [...ahead, ...programme({ ...segments, tracks: rest })].sort(
      (a, b) => a.atS - b.atS,
    ))
      stage.take(samples, NOW_MS + atS * 1_000);
    expect(stage.unusable).toBeUndefined();
    expect(stage.warnings).toEqual(['track-left-out']);
  });
});

describe('tracks that are no broadcast', () => {
  it.each<[string, RegExp, Programme]>([
    [
      'groups that are no part of a segment',
      /every 60 frames; this channel needs one every 64/,
      { tracks: TRACKS, gop: 60, toS: 8 },
    ],
    ['keyframes that never come', /no keyframe at the same time/, { tracks: TRACKS, gop: 100_000, toS: 20 }],
    ['sound alone', /no keyframe at the same time/, { tracks: { sound: TRACKS.sound }, toS: 20 }],
    ['an odd rate', /frame rate of your pictures/, { tracks: TRACKS, fps: 17, toS: 8 }],
  ])('%s', (_name, sentence, what) => {
    const stage = new AlignerStage().send(what);
    expect(stage.unusable).toMatch(sentence);
    expect(stage.unusable?.length).toBeLessThanOrEqual(300);
    expect(stage.frames).toEqual([]);
  });

  it('are pictures of different rates', () => {
    const stage = new AlignerStage();
    const half = [...programme({ tracks: { low: TRACKS.low }, fps: 60, gop: 128, toS: 5 })];
    const full = [...programme({ tracks: { high: TRACKS.high }, toS: 5 })];
    for (const { atS, samples } of [...half, ...full].sort((a, b) => a.atS - b.atS))
      stage.take(samples, NOW_MS + atS * 1_000);
    expect(stage.unusable).toMatch(/different frame rates \(60.00 and 30.00\)|\(30.00 and 60.00\)/);
  });

  it('are those that lose their keyframes later', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
    stage.send({ tracks: TRACKS, gop: 100_000, fromS: 5, toS: 9 });
    expect(stage.unusable).toMatch(/keyframe is missing/);
    expect(stage.payloads(V720)).toHaveLength(192);
  });

  it('are those of which one stops for good', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
    const { high, sound } = TRACKS;
    stage.send({ tracks: { high, sound }, fromS: 5, toS: 14 });
    expect(stage.unusable).toBeUndefined();
    stage.send({ tracks: { high, sound }, fromS: 14, toS: 16 });
    expect(stage.unusable).toMatch(/Nothing comes of "low"/);
  });

  it('are others that come in their place', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
    const others = { stream0: TRACKS.high, stream1: TRACKS.low };
    stage.send({ tracks: others, fromS: 5, toS: 15 });
    expect(stage.unusable).toBeUndefined();
    stage.send({ tracks: others, fromS: 15, toS: 16 });
    expect(stage.unusable).toContain('other renditions');
  });

  it('are samples that are shorter than any picture or sound, however little media they are', () => {
    const stage = new AlignerStage();
    const track = soundTrack({ timescaleHz: 10_000_000 });
    stage.take({ kind: 'samples', trackName: 'sound', track, samples: shortSamples(2_049) }, NOW_MS);
    expect(stage.unusable).toMatch(/More comes of "sound" than 60 pictures/);
  });

  it('are few samples that keep much memory: each is a view of its fragment', () => {
    const stage = new AlignerStage();
    for (let count = 0; count < 9; count += 1) {
      const memory = new Uint8Array(10 * 1_024 * 1_024);
      const samples = shortSamples(2, count * 2).map((each, at) => ({ ...each, payload: memory.subarray(at, at + 1) }));
      expect(stage.unusable).toBeUndefined();
      stage.take({ kind: 'samples', trackName: 'high', track: TRACKS.high, samples }, NOW_MS);
    }
    expect(stage.unusable).toBeDefined();
  });

  it('are nothing any more once they were found to be none', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, gop: 60, toS: 8 });
    stage.send({ tracks: TRACKS, fromS: 8, toS: 20 });
    expect(stage.broadcasts).toEqual([]);
  });
});
