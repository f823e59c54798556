import { AAC_FRAME_SAMPLES, mediaGrid } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { FRAME_RATES, fakeBroadcast } from '../package/packaging-fixture.ts';
import { everyPieceSize, joined } from '../rtmp/split-fixture.ts';
import { accessUnit, fragmentOf, initOf, movedTo, outline, rawBox, recording } from './cmaf-bytes-fixture.ts';
import { CmafError } from './cmaf-error.ts';
import { TrackReader, type TrackReading } from './track-reader.ts';

const RATE = FRAME_RATES['30'] ?? { num: 30, den: 1 };
const { description } = fakeBroadcast('low', RATE);
const [PICTURE, , SOUND] = description.renditions;
if (PICTURE === undefined || SOUND === undefined) throw new Error('no renditions');
const GRID = mediaGrid('low', RATE);
const FRAME_TICKS = GRID.frameDurationTicks;

function readAll(pieces: Iterable<Uint8Array>, reader = new TrackReader()): TrackReading[] {
  const readings: TrackReading[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let reading = reader.next(); reading !== undefined; reading = reader.next()) readings.push(reading);
  }
  return readings;
}

function refusal(...pieces: readonly Uint8Array[]): string {
  try {
    readAll(pieces);
  } catch (error) {
    if (error instanceof CmafError) return error.message;
    throw error;
  }
  return 'taken';
}

const samplesOf = (readings: readonly TrackReading[]) =>
  readings.flatMap((reading) => (reading.kind === 'samples' ? reading.samples : []));

/** A fragment of pictures, the first of them a keyframe. */
function pictures(startTicks: number, count: number): Uint8Array {
  const payloads = Array.from({ length: count }, (_, index) => accessUnit(index === 0));
  return fragmentOf({ startTicks, durationTicks: FRAME_TICKS, payloads });
}

describe('what FFmpeg sends', () => {
  it('is a picture and its samples, however the bytes are split', () => {
    const bytes = recording('ffmpeg-8.1-picture.cmfv');
    const whole = readAll([bytes]);
    const [first] = whole;
    expect(first).toMatchObject({
      kind: 'init',
      init: { track: { kind: 'video', widthPx: 160, heightPx: 90, timescaleHz: 90_000, bitrateBps: 90_000 } },
    });
    expect(outline(samplesOf(whole))).toBe(
      '0! 6000 12000 18000 24000 30000 36000 42000 48000! 54000 60000 66000 72000 78000 84000',
    );
    expect(whole.at(-1)).toEqual({ kind: 'last' });
    for (const pieces of everyPieceSize(bytes)) expect(readAll(pieces)).toEqual(whole);
  });

  it('is sound', () => {
    const readings = readAll([recording('ffmpeg-8.1-sound.cmfa')]);
    expect(readings[0]).toMatchObject({
      kind: 'init',
      init: { track: { kind: 'audio', channelCount: 1, timescaleHz: 48_000, bitrateBps: 64_000 } },
    });
    const samples = samplesOf(readings);
    expect(samples.length).toBeGreaterThan(40);
    expect(samples.every(({ durationTicks }) => durationTicks === AAC_FRAME_SAMPLES)).toBe(true);
  });

  it('says when its pictures were captured', () => {
    const readings = readAll([recording('ffmpeg-5.1-segments.cmfv')]);
    const told = readings.flatMap((reading) => (reading.kind === 'samples' ? [reading.capturedAt] : []));
    expect(told).toHaveLength(25);
    const [first, second] = told;
    expect(new Date(first?.wallMs ?? 0).getUTCFullYear()).toBe(2026);
    expect((second?.timeTicks ?? 0) - (first?.timeTicks ?? 0)).toBe(512);
  });

  it('is refused where its pictures are shown in another order', () => {
    expect(refusal(recording('ffmpeg-5.1-b-frames.cmfv'))).toMatch(/^codec-unsupported: .*B-frames/);
  });
});

describe('what our own packager writes', () => {
  it('is read as it was: pictures', () => {
    const readings = readAll([initOf(PICTURE), pictures(5_000, 3)]);
    expect(readings[0]).toMatchObject({
      init: { track: { configuration: Uint8Array.from(Buffer.from(PICTURE.configuration, 'base64')) } },
    });
    expect(samplesOf(readings)).toEqual(
      [0, 1, 2].map((index) => ({
        timeTicks: 5_000 + index * FRAME_TICKS,
        durationTicks: FRAME_TICKS,
        isKeyframe: index === 0,
        payload: Uint8Array.from(accessUnit(index === 0)),
      })),
    );
  });

  it('is read as it was: sound', () => {
    const payloads = [Uint8Array.of(9), Uint8Array.of(8, 7)];
    const sound = fragmentOf({ startTicks: 2_048, durationTicks: AAC_FRAME_SAMPLES, payloads, isSyncByDefault: true });
    const samples = samplesOf(readAll([initOf(SOUND), sound]));
    expect(samples.map(({ payload }) => [...payload])).toEqual([[9], [8, 7]]);
    expect(outline(samples)).toBe('2048! 3072!');
  });
});

describe('media times that count from 1970', () => {
  const NOW_MS = Date.UTC(2026, 10, 26, 12);
  /** What an init segment and a fragment at that time say. `durationTicks`: a thirtieth of a second. */
  const readAt = (hz: number, durationTicks: number) => {
    const fragment = fragmentOf({ startTicks: 0, durationTicks, payloads: [accessUnit(true), accessUnit(false)] });
    return readAll([initOf({ ...PICTURE, timescaleHz: hz }), movedTo(fragment, BigInt(NOW_MS) * BigInt(hz / 1_000))]);
  };

  it.each([
    ['90 kHz', 90_000, 3_000, 90_000],
    ['1 MHz', 1_000_000, 33_333, 1_000_000],
    ['10 MHz, which take more than 53 bits', 10_000_000, 333_333, 1_000_000],
  ])('are the same moments at %s', (_name, hz, durationTicks, toldHz) => {
    const readings = readAt(hz, durationTicks);
    expect(readings[0]).toMatchObject({ init: { track: { timescaleHz: toldHz } } });
    const [first, second] = samplesOf(readings);
    expect((first?.timeTicks ?? 0) / toldHz).toBe(NOW_MS / 1_000);
    expect(second?.timeTicks).toBe((first?.timeTicks ?? 0) + (first?.durationTicks ?? 0));
    expect((first?.durationTicks ?? 0) / toldHz).toBeCloseTo(1 / 30, 5);
  });

  it('are told of those that were captured, too', () => {
    const startTicks = BigInt(NOW_MS) * 10_000n;
    const prft = Buffer.alloc(4 + 4 + 8 + 8);
    prft.writeUInt8(1, 0);
    prft.writeUInt32BE(NOW_MS / 1_000 + 2_208_988_800, 8);
    prft.writeBigUInt64BE(startTicks, 16);
    const fragment = fragmentOf({ startTicks: 0, durationTicks: 333_333, payloads: [accessUnit(true)] });
    const init = initOf({ ...PICTURE, timescaleHz: 10_000_000 });
    const readings = readAll([init, rawBox('prft', prft), movedTo(fragment, startTicks)]);
    expect(readings[1]).toMatchObject({ capturedAt: { wallMs: NOW_MS, timeTicks: NOW_MS * 1_000 } });
  });

  it('end with the numbers that there are', () => {
    expect(refusal(initOf(PICTURE), movedTo(pictures(0, 1), 2n ** 64n - 1n))).toMatch(/^number-too-large/);
  });
});

describe('a track in several requests', () => {
  it('needs its init segment once', () => {
    const [reading] = readAll([initOf(PICTURE)]);
    const init = reading?.kind === 'init' ? reading.init : undefined;
    expect(outline(samplesOf(readAll([pictures(0, 2)], new TrackReader(init))))).toBe('0! 1000');
    expect(refusal(pictures(0, 2))).toMatch(/^init-missing/);
  });

  it('says with which one it ends', () => {
    expect(readAll([rawBox('styp', Buffer.from('msdh\0\0\0\0msdhlmsg'))])).toEqual([{ kind: 'last' }]);
    expect(readAll([rawBox('styp', Buffer.from('msdh\0\0\0\0msdhcmfs'))])).toEqual([]);
  });

  it('ends between fragments, or in the middle of one', () => {
    const whole = joined([initOf(PICTURE), pictures(0, 2)]);
    const reader = new TrackReader();
    readAll([whole.slice(0, -1)], reader);
    expect(reader.isBetweenFragments).toBe(false);
    readAll([whole.slice(-1)], reader);
    expect(reader.isBetweenFragments).toBe(true);
  });
});

function u32s(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function moofOf(fragment: Uint8Array): Uint8Array {
  return fragment.subarray(0, Buffer.from(fragment).readUInt32BE(0));
}

/** The same with some bytes put in the place of others, which are as many. */
function changed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(from, 'latin1');
  if (at === -1 || from.length !== to.length) throw new Error(`no ${from}`);
  copy.write(to, at, 'latin1');
  return copy;
}

describe('what is refused', () => {
  it.each<[RegExp, Uint8Array]>([
    [/^codec-unsupported: a track of hvc1/, changed(initOf(PICTURE), 'avc1', 'hvc1')],
    [/^codec-unsupported: a track of encv/, changed(initOf(PICTURE), 'avc1', 'encv')],
    [/^codec-unsupported: a track of ac-3/, changed(initOf(SOUND), 'mp4a', 'ac-3')],
    [/^init-malformed: no avcC/, changed(initOf(PICTURE), 'avcC', 'free')],
    [/^init-malformed: no mdhd/, changed(initOf(PICTURE), 'mdhd', 'free')],
    [/^init-malformed: no track/, changed(initOf(PICTURE), 'trak', 'free')],
    [/^codec-unsupported: H.264 without its parameter sets/, initOf({ ...PICTURE, configuration: 'AWQAH//gAA==' })],
    [/^codec-unsupported: H.264 whose lengths/, initOf({ ...PICTURE, configuration: 'AWQAH/3hAAFnAQABaP34+AA=' })],
    [/^codec-unsupported: sound that is not/, initOf({ ...SOUND, configuration: 'EhA=' })],
    [/^codec-unsupported: sound that is not/, initOf({ ...SOUND, configuration: 'KxA=' })],
    [/^fragment-malformed: an mdat without its moof/, joined([initOf(PICTURE), rawBox('mdat')])],
    [/^fragment-malformed: a moof without its mdat/, joined([initOf(PICTURE), rawBox('moof'), rawBox('moof')])],
    [/^fragment-malformed: no tfdt/, joined([initOf(PICTURE), changed(pictures(0, 1), 'tfdt', 'free')])],
    [/^fragment-malformed: a fragment without/, joined([initOf(PICTURE), changed(pictures(0, 1), 'trun', 'free')])],
    [
      /^fragment-malformed: a sample of 12 bytes at 0 of 5/,
      joined([initOf(PICTURE), moofOf(pictures(0, 1)), rawBox('mdat', new Uint8Array(5))]),
    ],
  ])('%s', (why, bytes) => {
    expect(refusal(bytes)).toMatch(why);
  });

  it('are lengths of NAL units that are wrong', () => {
    const payload = Buffer.from(accessUnit(true));
    payload.writeUInt32BE(9);
    const fragment = fragmentOf({ startTicks: 0, durationTicks: FRAME_TICKS, payloads: [payload] });
    expect(refusal(initOf(PICTURE), fragment)).toMatch(/^sample-malformed/);
  });

  /** An init segment, and sound by the defaults of its fragment: a sample of one byte, and no word of its own in the trun. */
  const soundOf = (what: {
    hz?: number;
    count?: number;
    durationTicks?: number;
    runs?: number;
    mdatBytes?: number;
  }) => {
    const { hz = 48_000, count = 1, durationTicks = 1_024, runs = 1, mdatBytes = count } = what;
    const moof = (offsetBytes: number) => {
      const trun = rawBox('trun', u32s(0x1, count, offsetBytes));
      const header = rawBox('tfhd', u32s(0x020018, 1, durationTicks, 1));
      return rawBox('moof', rawBox('traf', header, rawBox('tfdt', u32s(0, 0)), ...Array(runs).fill(trun)));
    };
    const init = initOf({ ...SOUND, timescaleHz: hz });
    return [init, moof(moof(0).length + 8), rawBox('mdat', new Uint8Array(mdatBytes))];
  };

  it('are samples that nobody could hear, of which a few bytes would be thousands', () => {
    const why = /^samples-above-limit: \d+ samples of less than 4 ms/;
    expect(refusal(...soundOf({ hz: 10_000_000, count: 4_096, durationTicks: 1 }))).toMatch(why);
    expect(refusal(...soundOf({ count: 4_096, durationTicks: 191 }))).toMatch(why);
    expect(refusal(...soundOf({ count: 4_096, durationTicks: 192 }))).toBe('taken');
    // What was left of a track, at its end.
    expect(refusal(...soundOf({ count: 1, durationTicks: 1 }))).toBe('taken');
  });

  it('are an mdat of which its samples are a small part, and samples that are in it more than once', () => {
    expect(refusal(...soundOf({ count: 100, mdatBytes: 1_224 }))).toBe('taken');
    const wrong = /^fragment-malformed: samples of \d+ bytes in an mdat of \d+/;
    expect(refusal(...soundOf({ count: 100, mdatBytes: 1_225 }))).toMatch(wrong);
    expect(refusal(...soundOf({ mdatBytes: 4_000_000 }))).toMatch(wrong);
    expect(refusal(...soundOf({ count: 100, runs: 2 }))).toMatch(wrong);
  });

  it('are times that cannot be told apart', () => {
    const still = fragmentOf({ startTicks: 0, durationTicks: 0, payloads: [accessUnit(true)] });
    expect(refusal(initOf(PICTURE), still)).toMatch(/^fragment-malformed: a sample of no duration/);
    expect(refusal(initOf(PICTURE), pictures(2 ** 53 - 2_000, 3))).toMatch(/^number-too-large/);
  });
});

describe('boxes between a moof and its mdat', () => {
  it('move what offsets count to', () => {
    const bytes = Buffer.from(pictures(0, 1));
    const moofBytes = bytes.readUInt32BE(0);
    const between = rawBox('free', new Uint8Array(24));
    const moved = Buffer.concat([bytes.subarray(0, moofBytes), between, bytes.subarray(moofBytes)]);
    const offsetAt = moved.indexOf('trun', 'latin1') + 4 + 4 + 4;
    moved.writeInt32BE(moved.readInt32BE(offsetAt) + between.length, offsetAt);
    expect(samplesOf(readAll([initOf(PICTURE), moved]))[0]?.payload).toEqual(Uint8Array.from(accessUnit(true)));
  });
});
