import { describe, expect, it } from 'vitest';
import type { TrackSample, TrackSamples } from '../media/encoded-track.ts';
import { A128, AlignerStage, NOW_MS, TRACKS, V360, V720 } from './track-aligner-fixture.ts';
import { pictureTrack, programme, soundTrack } from './track-fixture.ts';

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
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 14 }, 0, without(isMissing));
    expect(stage.unusable).toBeUndefined();
    expect(stage.warnings).toEqual(['tracks-torn']);
    const [, again] = stage.broadcasts;
    expect(again?.description.frameRate).toEqual({ num: 30, den: 1 });
    expect(Object.values(again?.next ?? {}).map(({ partIndex }) => partIndex)).toEqual([0, 0, 0]);
    expect(stage.parts.at(-1)).toMatch(/^(?:v720|v360|a128) 7\./);
  });

  it('while nothing has begun only has it begin later', () => {
    const stage = new AlignerStage().send(
      { tracks: TRACKS, toS: 10 },
      0,
      without(({ isPicture, index }) => isPicture && index === 40),
    );
    expect(stage.payloads(V720)[0]).toBe('high 64');
  });

  it('again and again is no broadcast', () => {
    const dropped = ({ isPicture, index }: Parameters<Missing>[0]) => isPicture && index % 60 === 59;
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 40 }, 0, without(dropped));
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
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 14 }, 0, jump);
    expect([stage.unusable, stage.broadcasts.length]).toEqual([undefined, 2]);
  });
});

describe('a reconnect', () => {
  it('that sends some again loses and repeats nothing', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
    stage.send({ tracks: TRACKS, fromS: 3, toS: 8 }, 2_000);
    expect(stage.payloads(V720)).toEqual(Array.from({ length: 240 }, (_, index) => `high ${index}`));
    expect(stage.broadcasts).toHaveLength(1);
    expect(stage.warnings).toEqual([]);
  });

  it('in which something is missing goes on with the next segment, at its time, in all tracks', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
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
      const stage = new AlignerStage().send({ ...what, toS: 5 });
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
    const stage = new AlignerStage().send({ tracks, toS: 5 }).send({ tracks, fromS: 7, toS: 14 }, 0, loud);
    expect(stage.unusable).toBeUndefined();
    for (const { description } of stage.broadcasts) {
      expect(description.renditions.map(({ id }) => id)).toEqual(['v720', 'a32']);
    }
  });

  it('of an encoder whose clock begins anew goes on as well', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, clockS: 500, toS: 5 });
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
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: diedS });
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
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
    const configuration = Uint8Array.from([...pictureTrack(720).configuration].with(9, 2));
    stage.send({ tracks: { ...TRACKS, high: pictureTrack(720, { configuration }) }, fromS: 5, toS: 13 });
    const [first, second] = stage.broadcasts.map(({ description }) => description.renditions[0]?.configuration);
    expect(second).not.toBe(first);
    expect(stage.unusable).toBeUndefined();
  });
});

describe('another publisher', () => {
  it('begins with a keyframe, though what it sends would follow on the last one, and under names of its own', () => {
    const stage = new AlignerStage().send({ tracks: TRACKS, toS: 5 });
    const { high, low, sound } = TRACKS;
    stage.change().send({ tracks: { stream0: high, stream1: low, audio: sound }, fromS: 5, toS: 13 });
    const first = stage.payloads(V720).indexOf('stream0 192');
    expect(stage.payloads(V720).slice(first - 1, first + 1)).toEqual(['high 149', 'stream0 192']);
    expect(stage.payloads(V360)).toContain('stream1 192');
    expect([stage.broadcasts.length, stage.warnings, stage.unusable]).toEqual([2, [], undefined]);
  });

  it('may leave out what the last one did not have', () => {
    const stage = new AlignerStage().send({ tracks: { ...TRACKS, other: soundTrack() }, toS: 5 });
    stage.change().send({ tracks: { ...TRACKS, tiny: pictureTrack(90) }, fromS: 5, toS: 20 });
    expect([stage.broadcasts.length, stage.unusable]).toEqual([2, undefined]);
  });
});

describe('a broadcast that another node began', () => {
  const before = new AlignerStage().send({ tracks: TRACKS, toS: 5 }).broadcasts[0];
  const next = Object.fromEntries(['v720', 'v360', 'a128'].map((id) => [id, { msn: 3, partIndex: 1 }]));

  it('goes on with the segment that is due', () => {
    if (before === undefined) throw new Error('no broadcast');
    const stage = new AlignerStage({ ...before, next });
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
    expect(new AlignerStage({ ...before, next }).send({ tracks, fps, toS: 8 }).unusable).toContain('other renditions');
  });

  it('leaves out what it did not begin with', () => {
    if (before === undefined) throw new Error('no broadcast');
    const stage = new AlignerStage({ ...before, next }).send({
      tracks: { ...TRACKS, tiny: pictureTrack(90) },
      fromS: 5.5,
      toS: 12,
    });
    expect(stage.warnings).toEqual(['track-left-out']);
    expect(stage.parts).toContain('v720 4.0');
  });
});
