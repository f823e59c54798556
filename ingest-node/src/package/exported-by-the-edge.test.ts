import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ, type FrameRate, mediaGrid } from '@sluice/contracts';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBFrames, codeSound, V90 } from './coded-programme.ts';
import { addStretch, CodedRecording, exportedFile } from './coded-recording.ts';
import { A128 } from './packaging-fixture.ts';
import { bodyAt, readBoxes, viewOf } from './read-back.ts';
import { complaintsOfPeer, type ReadFile, readByFfmpeg } from './read-by-ffmpeg.ts';

/** Loading FFmpeg, and encoding some seconds of a tiny picture, on a busy machine. */
const FFMPEG_MS_MAX = 60_000;
const SMALL = { widthPx: 160, heightPx: 90 };
const LARGE = { widthPx: 320, heightPx: 180 };
const AAC_FRAME_S = AAC_FRAME_SAMPLES / AUDIO_SAMPLE_RATE_HZ;
const GAP_S = 10;

// What encoders say of themselves is not what a test prints.
Log.setLevel(AV_LOG_QUIET);

/** How far each tone is from the white picture that it goes with, in seconds. */
function offsetsS({ tracks }: ReadFile): number[] {
  const picture = tracks.find(({ isVideo }) => isVideo);
  const sound = tracks.find(({ isVideo }) => !isVideo);
  if (picture === undefined || sound === undefined) throw new Error('there are not both');
  expect(sound.onsetsS.length).toBe(picture.onsetsS.length);
  // The first tone may have begun before the file does.
  return picture.onsetsS.map((onsetS, index) => (sound.onsetsS[index] ?? Number.NaN) - onsetS).slice(1);
}

function expectInSync(file: ReadFile): void {
  const offsets = offsetsS(file);
  expect(offsets.length).toBeGreaterThan(4);
  expect(Math.max(...offsets.map(Math.abs))).toBeLessThan(AAC_FRAME_S);
}

const directory = mkdtempSync(join(tmpdir(), 'sluice-export-'));
afterAll(() => rmSync(directory, { recursive: true }));

function expectNoComplaints(file: Uint8Array, read: ReadFile): void {
  expect(read.complaints).toEqual([]);
  const path = join(directory, 'export.mp4');
  writeFileSync(path, file);
  expect(complaintsOfPeer(path) ?? '').toBe('');
}

describe.each<[string, FrameRate]>([
  ['25', { num: 25, den: 1 }],
  ['29.97', { num: 30_000, den: 1_001 }],
])('a recording at %s fps with a seam, another size behind it, and a gap of ten seconds', (_name, frameRate) => {
  const grid = mediaGrid('ultra', frameRate);
  const segmentS = (grid.framesPerSegment * frameRate.den) / frameRate.num;
  const gapSegments = Math.ceil(GAP_S / segmentS);
  const [firstGap, afterGap] = [6, 6 + gapSegments];
  const lastParts = 2;
  let file: Uint8Array;
  let read: ReadFile;

  beforeAll(async () => {
    const recording = new CodedRecording();
    const soundFrames = Math.floor((segmentS * (afterGap + 1)) / AAC_FRAME_S);
    const sound = await codeSound(soundFrames, frameRate);
    await addStretch(recording, sound, { size: SMALL, grid, initVersion: 0, msns: [1, 2, 3], lastParts });
    await addStretch(recording, sound, { size: LARGE, grid, initVersion: 16, msns: [4, 5] });
    for (let msn = firstGap; msn < afterGap; msn += 1) {
      const videoTicks = grid.framesPerSegment * grid.frameDurationTicks;
      const common = { msn, initVersion: 16 };
      recording.addGap({
        ...common,
        renditionId: V90,
        startTicks: (msn - 1) * videoTicks,
        durationTicks: videoTicks,
      });
      const audioTicks = Math.floor(segmentS / AAC_FRAME_S) * AAC_FRAME_SAMPLES;
      recording.addGap({ ...common, renditionId: A128, startTicks: 0, durationTicks: audioTicks });
    }
    await addStretch(recording, sound, { size: LARGE, grid, initVersion: 16, msns: [afterGap, afterGap + 1] });
    file = await exportedFile(recording.source({ v90: grid.videoTimescaleHz, a128: AUDIO_SAMPLE_RATE_HZ }));
    read = await readByFfmpeg(file);
  }, FFMPEG_MS_MAX);

  it(
    'is one file, decoded without a complaint',
    () => {
      expectNoComplaints(file, read);
    },
    FFMPEG_MS_MAX,
  );

  it('has every frame that was listed, in both sizes', () => {
    const [picture] = read.tracks;
    const listed = 6 * grid.framesPerSegment + lastParts * grid.framesPerPart;
    expect(picture?.packetCount).toBe(listed);
    expect(picture?.frameTimesS.length).toBe(listed);
    expect(picture?.sizes).toEqual(['160x90', '320x180']);
  });

  it('lasts as long as its segments, gap and all', () => {
    const partS = segmentS / grid.partsPerSegment;
    const expectedS = (6 + gapSegments) * segmentS + lastParts * partS;
    for (const { durationS, frameTimesS, isVideo } of read.tracks) {
      expect(Math.abs(durationS - expectedS)).toBeLessThan(isVideo ? 0.001 : AAC_FRAME_S);
      expect(frameTimesS[0]).toBe(0);
    }
  });

  it('has picture and sound in sync, before and behind both', () => {
    expectInSync(read);
    expect(read.tracks[0]?.onsetsS.filter((onsetS) => onsetS > GAP_S).length).toBeGreaterThan(1);
  });

  it('stands still for the time of the gap, and is silent', () => {
    const [picture, sound] = read.tracks;
    const pauses = picture?.frameTimesS.map((timeS, index, all) => timeS - (all[index - 1] ?? 0)) ?? [];
    const frameS = frameRate.den / frameRate.num;
    expect(Math.max(...pauses)).toBeCloseTo(gapSegments * segmentS + frameS, 3);
    const steps = sound?.frameTimesS.map((timeS, index, all) => timeS - (all[index - 1] ?? -AAC_FRAME_S)) ?? [];
    expect(Math.max(...steps.map((stepS) => Math.abs(stepS - AAC_FRAME_S)))).toBeLessThan(1e-6);
  });
});

describe.each([
  ['an edit list in the init segment', 'frag_keyframe+delay_moov+default_base_moof', 0],
  ['no edit list', 'frag_keyframe+empty_moov+default_base_moof', 2 / 25],
  ['negative composition offsets', 'frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets', 0],
])('a recording with B-frames and %s', (_what, movflags, shownLaterS) => {
  const frameRate = { num: 25, den: 1 };
  const framesPerSegment = 32;
  const segmentCount = 5;
  let file: Uint8Array;
  let read: ReadFile;

  beforeAll(async () => {
    const recording = new CodedRecording();
    const frameCount = framesPerSegment * segmentCount;
    const coded = await codeBFrames({ size: SMALL, frameRate, frameCount, framesPerSegment, movflags });
    const timescaleHz = bodyAt(viewOf(coded.init), 'moov', 'trak', 'mdia', 'mdhd').getUint32(12);
    const durationTicks = (framesPerSegment * timescaleHz) / 25;
    recording.addInit(V90, 0, coded.init);
    expect(coded.segments.length).toBe(segmentCount);
    for (const [index, bytes] of coded.segments.entries()) {
      const segment = { msn: index + 1, renditionId: V90, initVersion: 0, isGap: false };
      recording.addSegment({ ...segment, startTicks: index * durationTicks, durationTicks }, bytes);
    }
    const sound = await codeSound(60 * segmentCount, frameRate);
    const scratch = new CodedRecording();
    const grid = mediaGrid('ultra', frameRate);
    await addStretch(scratch, sound, { size: SMALL, grid, initVersion: 0, msns: [1, 2, 3, 4, 5] });
    for (const [name, bytes] of scratch.objects) if (name.startsWith('a')) recording.objects.set(name, bytes);
    recording.segments.set(A128, scratch.segments.get(A128) ?? []);
    file = await exportedFile(recording.source({ v90: timescaleHz, a128: AUDIO_SAMPLE_RATE_HZ }));
    read = await readByFfmpeg(file);
  }, FFMPEG_MS_MAX);

  it(
    'is decoded without a complaint, every frame of it, from 0 on',
    () => {
      expectNoComplaints(file, read);
      const [picture] = read.tracks;
      const times = Array.from({ length: framesPerSegment * segmentCount }, (_, index) => index / 25);
      expect(picture?.frameTimesS.length).toBe(times.length);
      expect(picture?.frameTimesS.map((timeS) => Number(timeS.toFixed(6)))).toEqual(times);
      expect(picture?.durationS).toBeCloseTo(times.length / 25, 6);
    },
    FFMPEG_MS_MAX,
  );

  it('keeps the distance that picture and sound have in their segments', () => {
    for (const offsetS of offsetsS(read)) expect(Math.abs(offsetS + shownLaterS)).toBeLessThan(AAC_FRAME_S);
  });
});

it(
  'an ordinary file has no fragments, and its tables at the end',
  async () => {
    const recording = new CodedRecording();
    const grid = mediaGrid('ultra', { num: 25, den: 1 });
    const sound = await codeSound(130, grid.frameRate);
    await addStretch(recording, sound, { size: SMALL, grid, initVersion: 0, msns: [1, 2] });
    const file = await exportedFile(recording.source({ v90: grid.videoTimescaleHz, a128: AUDIO_SAMPLE_RATE_HZ }));
    const types = readBoxes(viewOf(file)).map(({ type }) => type);
    expect(types).toEqual(['ftyp', 'mdat', 'mdat', 'mdat', 'mdat', 'moov']);
  },
  FFMPEG_MS_MAX,
);
