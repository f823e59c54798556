import { BroadcastDescription, type LatencyProfileName, mediaGrid, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { ContinuedBroadcast, EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import type { TrackSample, TrackSamples } from '../media/encoded-track.ts';
import { Packager } from '../package/packager.ts';
import { type AlignerOutput, TrackAligner } from './track-aligner.ts';
import { type Programme, pictureTrack, programme, soundTrack } from './track-fixture.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 12);
const TRACKS = { high: pictureTrack(720), low: pictureTrack(360), sound: soundTrack() };
const [V720, V360, A128] = ['v720', 'v360', 'a128'].map((id) => RenditionId.parse(id));

/** An aligner with a node around it that packages what comes, so that nothing off the grid goes unseen. */
class Stage {
  readonly broadcasts: EncodedBroadcast[] = [];
  readonly frames: EncodedFrame[] = [];
  readonly warnings: string[] = [];
  readonly parts: string[] = [];
  unusable: string | undefined;
  readonly #aligner: TrackAligner;
  #packager: Packager | undefined;
  #continued: ContinuedBroadcast | undefined;

  constructor(continues?: ContinuedBroadcast, profile: LatencyProfileName = 'low', bitrateBpsMax = 50_000_000) {
    this.#continued = continues;
    this.#aligner = new TrackAligner({ profile, bitrateBpsMax, continued: () => this.#continued });
  }

  /** Sends a programme, or what is made of it, `lateMs` after its time. */
  send(what: Programme, lateMs = 0, change = (samples: TrackSamples) => samples): this {
    for (const { atS, samples } of programme(what)) this.take(change(samples), NOW_MS + atS * 1_000 + lateMs);
    return this;
  }

  /** Another publisher is on air. */
  change(): this {
    this.#aligner.publisherChanged();
    return this;
  }

  take(samples: TrackSamples, wallMs: number, steadyMs = wallMs): void {
    this.#aligner.take(samples, { steadyMs, wallMs });
    for (let output = this.#aligner.poll(); output !== undefined; output = this.#aligner.poll()) this.#note(output);
  }

  payloads(id: RenditionId | undefined): string[] {
    return this.frames
      .filter(({ renditionId }) => renditionId === id)
      .map(({ payload }) => Buffer.from(payload).toString());
  }

  #note(output: AlignerOutput): void {
    switch (output.kind) {
      case 'broadcast':
        this.broadcasts.push(output.encoded);
        this.#packager = new Packager(output.encoded);
        this.#continued = output.encoded;
        return;
      case 'frame':
        this.frames.push(output.frame);
        this.#cut(output.frame);
        return;
      case 'warning':
        this.warnings.push(output.warning.code);
        return;
      case 'unusable':
        this.unusable = output.warning.sentence;
    }
  }

  #cut(frame: EncodedFrame): void {
    const part = this.#packager?.push(frame, 0);
    const continued = this.#continued;
    if (part === undefined || continued === undefined) return;
    const { renditionId, msn, partIndex, isLastOfSegment } = part.announced;
    this.parts.push(`${renditionId} ${msn}.${partIndex}`);
    const due = isLastOfSegment ? { msn: msn + 1, partIndex: 0 } : { msn, partIndex: partIndex + 1 };
    this.#continued = { ...continued, next: { ...continued.next, [renditionId]: due } };
  }
}

/** So many samples of one tick and one byte. */
function shortSamples(count: number, fromTicks = 0): TrackSample[] {
  const sample = { durationTicks: 1, isKeyframe: true, payload: Uint8Array.of(1) };
  return Array.from({ length: count }, (_, at) => ({ ...sample, timeTicks: fromTicks + at }));
}

/** The same programme encoded another time: other bytes at the same times. */
function ofLife(number: number): (samples: TrackSamples) => TrackSamples {
  return ({ samples, ...rest }) => ({
    ...rest,
    samples: samples.map((each) => ({
      ...each,
      payload: Buffer.concat([Buffer.from(`life ${number}: `), each.payload]),
    })),
  });
}

function isOfLife(payload: Uint8Array, number: number): boolean {
  return Buffer.from(payload).toString().startsWith(`life ${number}: `);
}

type Missing = (sample: { readonly trackName: string; readonly isPicture: boolean; readonly index: number }) => boolean;

/** A programme of which some samples never were, by their numbers. */
function without(isMissing: Missing): (samples: TrackSamples) => TrackSamples {
  return ({ samples, ...rest }) => {
    const { trackName, track } = rest;
    const indexOf = ({ payload }: TrackSample) => Number(Buffer.from(payload).toString().split(' ')[1]);
    const isThere = (sample: TrackSample) =>
      !isMissing({ trackName, isPicture: track.kind === 'video', index: indexOf(sample) });
    return { ...rest, samples: samples.filter(isThere) };
  };
}

describe('tracks that come encoded', () => {
  it('are a broadcast of what they are, from the first moment at which all can begin', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 6 });
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
    const stage = new Stage().send({ tracks: TRACKS, fromS: 0.7, toS: 6 });
    expect(stage.payloads(V720)[0]).toBe('high 64');
    // The sound's frame that is nearest to the picture.
    expect(stage.payloads(A128)[0]).toBe('sound 100');
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS + Math.round((64 / 30) * 1_000));
  });

  it('have the times that they are had at, not the encoder that is seconds behind', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 }, 4_000);
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS + 4_000);
  });

  it('have their own times where these count from 1970 and agree', () => {
    const clockS = NOW_MS / 1_000;
    const stage = new Stage().send({ tracks: TRACKS, toS: 5, clockS }, 600);
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS);
    expect(stage.payloads(V720)).toHaveLength(150);
  });

  it('have the times of their prft where these agree', () => {
    const stage = new Stage();
    for (const { atS, samples } of programme({ tracks: TRACKS, toS: 5 })) {
      const capturedAt = { timeTicks: samples.samples[0]?.timeTicks ?? 0, wallMs: 0 };
      capturedAt.wallMs = NOW_MS + (capturedAt.timeTicks / samples.track.timescaleHz) * 1_000 + 100;
      stage.take({ ...samples, capturedAt }, NOW_MS + atS * 1_000 + 700);
    }
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS + 100);
  });

  it('begin as soon where the clock of the wall is set back meanwhile', () => {
    const stage = new Stage();
    for (const { atS, samples } of programme({ tracks: TRACKS, toS: 5 })) {
      const setBackMs = atS > 1 ? 3_600_000 : 0;
      stage.take(samples, NOW_MS + atS * 1_000 - setBackMs, atS * 1_000);
    }
    expect(stage.payloads(V720)).toHaveLength(150);
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(NOW_MS - 3_600_000);
  });

  it('may have shorter groups, if a whole number of them is a segment', () => {
    expect(new Stage().send({ tracks: TRACKS, gop: 32, toS: 5 }).parts).not.toEqual([]);
  });

  it.each([
    ['25', 25, 48],
    ['50', 50, 96],
    ['60', 60, 128],
    ['29.97', 30_000 / 1_001, 64],
    ['23.976', 24_000 / 1_001, 52],
  ])('are cut on the grid of %s pictures a second', (_name, fps, gop) => {
    const stage = new Stage().send({ tracks: TRACKS, fps, gop, toS: 6 });
    const { num, den } = stage.broadcasts[0]?.description.frameRate ?? { num: 0, den: 1 };
    expect(num / den).toBeCloseTo(fps, 6);
    expect(mediaGrid('low', { num, den }).framesPerSegment).toBe(gop);
    expect(stage.parts).toContain('v720 2.3');
  });

  it('need no sound', () => {
    const { high } = TRACKS;
    expect(new Stage().send({ tracks: { high }, toS: 5 }).broadcasts[0]?.description.renditions).toHaveLength(1);
  });

  it('have names of their own where two are of one size', () => {
    const tracks = { slow: pictureTrack(720, { bitrateBps: 1_000_000 }), fast: pictureTrack(720) };
    const { renditions } = new Stage().send({ tracks, toS: 5 }).broadcasts[0]?.description ?? { renditions: [] };
    expect(renditions.map(({ id, bitrateBpsMax }) => [id, bitrateBpsMax])).toEqual([
      ['v720', 2_880_000],
      ['v720-2', 1_000_000],
    ]);
  });

  it('that say no bit rate have the one that is measured', () => {
    const tracks = { high: pictureTrack(720, { bitrateBps: 0 }), sound: soundTrack({ bitrateBps: 0 }) };
    const { renditions } = new Stage().send({ tracks, toS: 5 }).broadcasts[0]?.description ?? { renditions: [] };
    expect(renditions.map(({ id }) => id)).toEqual(['v720', 'a32']);
    expect(renditions[0]?.bitrateBpsMax).toBeGreaterThan(1_000);
  });

  it.each([
    ['what their publisher may send', 50_000_000, 50_000_000],
    ['what the edge takes', 1_000_000_000, 500_000_000],
  ])('that say any bit rate have no more than %s', (_name, bitrateBpsMax, expected) => {
    const high = pictureTrack(720, { bitrateBps: 2 ** 32 - 1 });
    const stage = new Stage(undefined, 'low', bitrateBpsMax).send({ tracks: { high }, toS: 5 });
    const { renditions } = BroadcastDescription.parse(stage.broadcasts[0]?.description);
    expect(renditions[0]?.bitrateBpsMax).toBe(expected);
  });

  it('leave a second sound out, and say so', () => {
    const stage = new Stage().send({ tracks: { ...TRACKS, other: soundTrack() }, toS: 5 });
    expect(stage.broadcasts[0]?.description.renditions).toHaveLength(3);
    expect(stage.warnings).toEqual(['track-left-out']);
  });

  it('leave out what comes later, and say so once', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
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
    const stage = new Stage().send({ tracks: SOUNDS, toS: 5 });
    stage.send({ tracks: { other, ...first }, fromS: 65, toS: 73 });
    expect([stage.unusable, stage.broadcasts.length]).toEqual([undefined, 2]);
  });

  it('may be ahead of the others, where these come a segment at a time', () => {
    const { other, ...rest } = SOUNDS;
    const segmentS = 64 / 15;
    const segments = { gop: 128, pieceS: segmentS, fromS: 4 * segmentS, toS: 16 * segmentS };
    const stage = new Stage(undefined, 'standard').send({ ...segments, tracks: SOUNDS, fromS: 0, toS: 4 * segmentS });
    const ahead = [...programme({ ...segments, tracks: { other } })].map((each) => ({ ...each, atS: each.atS - 0.1 }));
    for (const { atS, samples } of [...ahead, ...programme({ ...segments, tracks: rest })].sort(
      (a, b) => a.atS - b.atS,
    ))
      stage.take(samples, NOW_MS + atS * 1_000);
    expect(stage.unusable).toBeUndefined();
    expect(stage.warnings).toEqual(['track-left-out']);
  });
});

describe('a picture that is missing', () => {
  it.each<[string, Missing]>([
    ['one, in all renditions', ({ isPicture, index }) => isPicture && index === 160],
    ['a second of them, in all renditions', ({ isPicture, index }) => isPicture && index >= 160 && index < 190],
    ['one, and another one in the same fragment', ({ isPicture, index }) => isPicture && [160, 163].includes(index)],
    [
      'one, and another one before all have begun again',
      ({ isPicture, index }) => isPicture && [160, 200].includes(index),
    ],
    ['one in one rendition', ({ trackName, index }) => trackName === 'low' && index === 160],
  ])('%s, is a gap up to the next segment that is whole', (_name, isMissing) => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 14 }, 0, without(isMissing));
    expect(stage.unusable).toBeUndefined();
    expect(stage.warnings).toEqual(['tracks-torn']);
    const [, again] = stage.broadcasts;
    expect(again?.description.frameRate).toEqual({ num: 30, den: 1 });
    expect(Object.values(again?.next ?? {}).map(({ partIndex }) => partIndex)).toEqual([0, 0, 0]);
    expect(stage.parts.at(-1)).toMatch(/^(?:v720|v360|a128) 7\./);
  });

  it('while nothing has begun only has it begin later', () => {
    const stage = new Stage().send(
      { tracks: TRACKS, toS: 10 },
      0,
      without(({ isPicture, index }) => isPicture && index === 40),
    );
    expect(stage.payloads(V720)[0]).toBe('high 64');
  });

  it('again and again is no broadcast', () => {
    const dropped = ({ isPicture, index }: Parameters<Missing>[0]) => isPicture && index % 60 === 59;
    const stage = new Stage().send({ tracks: TRACKS, toS: 40 }, 0, without(dropped));
    expect(stage.unusable).toMatch(/missing again and again/);
    expect(stage.frames).toEqual([]);
  });

  it('is a jump of the clock, however far', () => {
    const jump = (samples: TrackSamples): TrackSamples => {
      const { timescaleHz } = samples.track;
      const later = ({ timeTicks }: TrackSample) =>
        timeTicks + (timeTicks < 5.3 * timescaleHz ? 0 : 1_000 * timescaleHz);
      return { ...samples, samples: samples.samples.map((each) => ({ ...each, timeTicks: later(each) })) };
    };
    const stage = new Stage().send({ tracks: TRACKS, toS: 14 }, 0, jump);
    expect([stage.unusable, stage.broadcasts.length]).toEqual([undefined, 2]);
  });
});

describe('a reconnect', () => {
  it('that sends some again loses and repeats nothing', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
    stage.send({ tracks: TRACKS, fromS: 3, toS: 8 }, 2_000);
    expect(stage.payloads(V720)).toEqual(Array.from({ length: 240 }, (_, index) => `high ${index}`));
    expect(stage.broadcasts).toHaveLength(1);
    expect(stage.warnings).toEqual([]);
  });

  it('in which something is missing goes on with the next segment, at its time, in all tracks', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
    stage.send({ tracks: TRACKS, fromS: 7, toS: 14 });
    expect(stage.warnings).toEqual(['tracks-torn']);
    const [, again] = stage.broadcasts;
    // Segments begin every 64/30 s: the fifth at 8.53 s.
    for (const id of ['v720', 'v360', 'a128']) expect(again?.next).toMatchObject({ [id]: { msn: 5, partIndex: 0 } });
    expect(stage.payloads(V720)[150]).toBe('high 256');
    expect(stage.payloads(A128)).toContain('sound 400');
    expect(stage.payloads(A128)).not.toContain('sound 399');
    expect(again?.description.startedAtMs).toBe(stage.broadcasts[0]?.description.startedAtMs);
  });

  it('has the rate that the broadcast has, whatever milliseconds make of it', () => {
    const milliseconds = { timescaleHz: 1_000 };
    const tracks = { high: pictureTrack(720, milliseconds), low: pictureTrack(360, milliseconds), sound: soundTrack() };
    for (let phase = 0; phase < 20; phase += 1) {
      const what = { tracks, fps: 30_000 / 1_001, clockS: phase * 0.0013, pieceS: 0.1 };
      const stage = new Stage().send({ ...what, toS: 5 });
      stage.send({ ...what, fromS: 7, toS: 14 });
      expect([stage.unusable, stage.broadcasts.length]).toEqual([undefined, 2]);
      for (const { description } of stage.broadcasts)
        expect(description.frameRate).toEqual({ num: 30_000, den: 1_001 });
    }
  });

  it('is no other broadcast where sound that says no bit rate is louder than at the beginning', () => {
    const tracks = { high: TRACKS.high, sound: soundTrack({ bitrateBps: 0 }) };
    const loud = ({ samples, ...rest }: TrackSamples): TrackSamples =>
      rest.track.kind === 'video'
        ? { ...rest, samples }
        : { ...rest, samples: samples.map((each) => ({ ...each, payload: new Uint8Array(340) })) };
    const stage = new Stage().send({ tracks, toS: 5 }).send({ tracks, fromS: 7, toS: 14 }, 0, loud);
    expect(stage.unusable).toBeUndefined();
    for (const { description } of stage.broadcasts) {
      expect(description.renditions.map(({ id }) => id)).toEqual(['v720', 'a32']);
    }
  });

  it('of an encoder whose clock begins anew goes on as well', () => {
    const stage = new Stage().send({ tracks: TRACKS, clockS: 500, toS: 5 });
    for (const { atS, samples } of programme({ tracks: TRACKS, toS: 6 }))
      stage.take(samples, NOW_MS + (7 + atS) * 1_000);
    expect(stage.broadcasts[1]?.next).toMatchObject({ v720: { msn: 4, partIndex: 0 } });
    expect(stage.payloads(V720)[150]).toBe('high 0');
  });

  it.each([
    ['with the clock of its last life, in the midst of a group', 6.7, 20],
    ['soon, which is no overlap either', 6.7, 8],
    ['before anything has begun', 2.9, 4],
  ])('of an encoder that starts again %s, begins with a keyframe', (_name, diedS, againS) => {
    const stage = new Stage().send({ tracks: TRACKS, toS: diedS });
    stage.send({ tracks: TRACKS, toS: 14 }, againS * 1_000, ofLife(2));
    for (const id of [V720, V360]) {
      const [first] = stage.frames.filter(({ renditionId, payload }) => renditionId === id && isOfLife(payload, 2));
      expect(first?.isKeyframe).toBe(true);
    }
    const lives = stage.frames.map(({ payload }) => isOfLife(payload, 2));
    expect(lives.lastIndexOf(false)).toBeLessThan(lives.indexOf(true));
    expect(stage.unusable).toBeUndefined();
  });

  it('under another configuration is another encoding of the same renditions', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
    const configuration = Uint8Array.from([...pictureTrack(720).configuration].with(9, 2));
    stage.send({ tracks: { ...TRACKS, high: pictureTrack(720, { configuration }) }, fromS: 5, toS: 13 });
    const [first, second] = stage.broadcasts.map(({ description }) => description.renditions[0]?.configuration);
    expect(second).not.toBe(first);
    expect(stage.unusable).toBeUndefined();
  });
});

describe('another publisher', () => {
  it('begins with a keyframe, though what it sends would follow on the last one, and under names of its own', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
    const { high, low, sound } = TRACKS;
    stage.change().send({ tracks: { stream0: high, stream1: low, audio: sound }, fromS: 5, toS: 13 });
    const first = stage.payloads(V720).indexOf('stream0 192');
    expect(stage.payloads(V720).slice(first - 1, first + 1)).toEqual(['high 149', 'stream0 192']);
    expect(stage.payloads(V360)).toContain('stream1 192');
    expect([stage.broadcasts.length, stage.warnings, stage.unusable]).toEqual([2, [], undefined]);
  });

  it('may leave out what the last one did not have', () => {
    const stage = new Stage().send({ tracks: { ...TRACKS, other: soundTrack() }, toS: 5 });
    stage.change().send({ tracks: { ...TRACKS, tiny: pictureTrack(90) }, fromS: 5, toS: 20 });
    expect([stage.broadcasts.length, stage.unusable]).toEqual([2, undefined]);
  });
});

describe('a broadcast that another node began', () => {
  const before = new Stage().send({ tracks: TRACKS, toS: 5 }).broadcasts[0];
  const next = Object.fromEntries(['v720', 'v360', 'a128'].map((id) => [id, { msn: 3, partIndex: 1 }]));

  it('goes on with the segment that is due', () => {
    if (before === undefined) throw new Error('no broadcast');
    const stage = new Stage({ ...before, next });
    stage.send({ tracks: TRACKS, fromS: 5.5, toS: 12 });
    expect(stage.broadcasts[0]?.next).toMatchObject({ v720: { msn: 4, partIndex: 0 }, a128: { msn: 4, partIndex: 0 } });
    expect(stage.broadcasts[0]?.description.startedAtMs).toBe(before.description.startedAtMs);
    expect(stage.parts).toContain('v360 4.0');
  });

  it.each([
    ['another size', { ...TRACKS, low: pictureTrack(450) }],
    ['one rendition less', { high: TRACKS.high, sound: TRACKS.sound }],
    ['other sound', { ...TRACKS, sound: soundTrack({ channelCount: 1 }) }],
    ['another frame rate', TRACKS, 25],
  ])('does not go on with %s', (_name, tracks, fps = 30) => {
    if (before === undefined) throw new Error('no broadcast');
    expect(new Stage({ ...before, next }).send({ tracks, fps, toS: 8 }).unusable).toContain('other renditions');
  });

  it('leaves out what it did not begin with', () => {
    if (before === undefined) throw new Error('no broadcast');
    const stage = new Stage({ ...before, next }).send({
      tracks: { ...TRACKS, tiny: pictureTrack(90) },
      fromS: 5.5,
      toS: 12,
    });
    expect(stage.warnings).toEqual(['track-left-out']);
    expect(stage.parts).toContain('v720 4.0');
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
    const stage = new Stage().send(what);
    expect(stage.unusable).toMatch(sentence);
    expect(stage.unusable?.length).toBeLessThanOrEqual(300);
    expect(stage.frames).toEqual([]);
  });

  it('are pictures of different rates', () => {
    const stage = new Stage();
    const half = [...programme({ tracks: { low: TRACKS.low }, fps: 60, gop: 128, toS: 5 })];
    const full = [...programme({ tracks: { high: TRACKS.high }, toS: 5 })];
    for (const { atS, samples } of [...half, ...full].sort((a, b) => a.atS - b.atS))
      stage.take(samples, NOW_MS + atS * 1_000);
    expect(stage.unusable).toMatch(/different frame rates \(60.00 and 30.00\)|\(30.00 and 60.00\)/);
  });

  it('are those that lose their keyframes later', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
    stage.send({ tracks: TRACKS, gop: 100_000, fromS: 5, toS: 9 });
    expect(stage.unusable).toMatch(/keyframe is missing/);
    expect(stage.payloads(V720)).toHaveLength(192);
  });

  it('are those of which one stops for good', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
    const { high, sound } = TRACKS;
    stage.send({ tracks: { high, sound }, fromS: 5, toS: 14 });
    expect(stage.unusable).toBeUndefined();
    stage.send({ tracks: { high, sound }, fromS: 14, toS: 16 });
    expect(stage.unusable).toMatch(/Nothing comes of "low"/);
  });

  it('are others that come in their place', () => {
    const stage = new Stage().send({ tracks: TRACKS, toS: 5 });
    const others = { stream0: TRACKS.high, stream1: TRACKS.low };
    stage.send({ tracks: others, fromS: 5, toS: 15 });
    expect(stage.unusable).toBeUndefined();
    stage.send({ tracks: others, fromS: 15, toS: 16 });
    expect(stage.unusable).toContain('other renditions');
  });

  it('are samples that are shorter than any picture or sound, however little media they are', () => {
    const stage = new Stage();
    const track = soundTrack({ timescaleHz: 10_000_000 });
    stage.take({ kind: 'samples', trackName: 'sound', track, samples: shortSamples(2_049) }, NOW_MS);
    expect(stage.unusable).toMatch(/More comes of "sound" than 60 pictures/);
  });

  it('are few samples that keep much memory: each is a view of its fragment', () => {
    const stage = new Stage();
    for (let count = 0; count < 9; count += 1) {
      const memory = new Uint8Array(10 * 1_024 * 1_024);
      const samples = shortSamples(2, count * 2).map((each, at) => ({ ...each, payload: memory.subarray(at, at + 1) }));
      expect(stage.unusable).toBeUndefined();
      stage.take({ kind: 'samples', trackName: 'high', track: TRACKS.high, samples }, NOW_MS);
    }
    expect(stage.unusable).toBeDefined();
  });

  it('are nothing any more once they were found to be none', () => {
    const stage = new Stage().send({ tracks: TRACKS, gop: 60, toS: 8 });
    stage.send({ tracks: TRACKS, fromS: 8, toS: 20 });
    expect(stage.broadcasts).toEqual([]);
  });
});
