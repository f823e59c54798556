import { AAC_FRAME_SAMPLES } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBoxes, theBox } from '../mux/box.ts';
import {
  AUDIO_HZ,
  ExportedRecording,
  type ExportedRecordingOptions,
  numbered,
  soundFrames,
  type TestSegmentSpec,
  VIDEO_HZ,
} from '../testing/exported-recording.ts';
import { type MovieSample, type ReadMovieTrack, readMovie } from '../testing/read-movie.ts';
import { avcParameterSets } from './avc-parameter-sets.ts';
import { exportBytes } from './export-bytes.ts';
import type { ExportErrorCode } from './export-error.ts';
import { ExportError } from './export-error.ts';
import type { ExportSource } from './export-source.ts';

const FRAME_TICKS = 1_000;
/** CPE, common window, and nothing in it (ISO/IEC 14496-3 §4.4.2). */
const SILENCE = [0x21, 0x00, 0x00, 0x00, 0x00, 0x1c];
const FOUR = [16, 16, 16, 16];

async function fileOf(source: ExportSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of exportBytes(source)) pieces.push(bytes);
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

async function exported(specs: readonly TestSegmentSpec[], options?: ExportedRecordingOptions) {
  const file = await fileOf(new ExportedRecording(specs, options).source);
  const tracks = readMovie(file);
  return { file, picture: trackOf(tracks, 'vide'), sound: trackOf(tracks, 'soun') };
}

function trackOf(tracks: readonly ReadMovieTrack[], handler: string): ReadMovieTrack {
  const track = tracks.find((each) => each.handler === handler);
  if (track === undefined) throw new Error(`no track of ${handler}`);
  return track;
}

/** What a sample says, without parameter sets that may stand before it. */
function text({ bytes }: MovieSample): string {
  if (bytes.length === SILENCE.length && bytes[0] === SILENCE[0]) return 'silence';
  return /(picture|sound) [0-9]+\.*$/.exec(new TextDecoder().decode(bytes))?.[0] ?? '?';
}

function numberedFrom(what: 'picture' | 'sound', from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => new TextDecoder().decode(numbered(what, from + index)));
}

async function codeOf(act: Promise<unknown>): Promise<ExportErrorCode | 'none'> {
  try {
    await act;
    return 'none';
  } catch (error) {
    if (error instanceof ExportError) return error.code;
    throw error;
  }
}

describe('a file that is exported', () => {
  it('is an ordinary one: media, a box for each segment of each track, and the tables behind it', async () => {
    const { file } = await exported([{ framesOfParts: FOUR }, { framesOfParts: FOUR }]);
    expect(readBoxes(file).map(({ type }) => type)).toEqual(['ftyp', 'mdat', 'mdat', 'mdat', 'mdat', 'moov']);
    const moov = readBoxes(theBox(file, 'moov').body).map(({ type }) => type);
    expect(moov).toEqual(['mvhd', 'trak', 'trak']);
  });

  it('has every sample once, in order, at its time', async () => {
    const { picture, sound } = await exported([{ framesOfParts: FOUR }, { framesOfParts: FOUR }]);
    expect(picture.samples.map(text)).toEqual(numberedFrom('picture', 0, 128));
    expect(picture.samples.map(({ decodeTicks }) => decodeTicks)).toEqual(
      Array.from({ length: 128 }, (_, index) => index * FRAME_TICKS),
    );
    expect(picture.samples.flatMap(({ isSync }, index) => (isSync ? [index] : []))).toEqual([0, 64]);
    expect(sound.samples.map(text)).toEqual(numberedFrom('sound', 0, soundFrames(128)));
    expect(sound.samples.every(({ isSync, durationTicks }) => isSync && durationTicks === AAC_FRAME_SAMPLES)).toBe(
      true,
    );
    expect([picture.timescaleHz, sound.timescaleHz, picture.editTicks]).toEqual([VIDEO_HZ, AUDIO_HZ, undefined]);
  });

  it.each(['each', 'two-runs'] as const)('is the same however its fragments say it: %s', async (style) => {
    const styled = await exported(
      [
        { framesOfParts: FOUR, style },
        { framesOfParts: [64], style },
      ],
      { delayFrames: 0 },
    );
    const ours = await exported([{ framesOfParts: FOUR }, { framesOfParts: [64] }]);
    expect(styled.sound.samples).toEqual(ours.sound.samples);
    expect(styled.picture.samples.map(text)).toEqual(ours.picture.samples.map(text));
  });

  it('begins with what is shown first where that is decoded earlier', async () => {
    const { picture, sound } = await exported([{ framesOfParts: FOUR, style: 'each' }], { delayFrames: 4 });
    expect(picture.editTicks).toBe(4 * FRAME_TICKS);
    expect(picture.samples.map(({ compositionTicks }) => compositionTicks).slice(0, 4)).toEqual([
      4_000, 6_000, 5_000, 4_000,
    ]);
    // 4 pictures are 6.25 frames of sound.
    expect(sound.samples.slice(0, 2).map(text)).toEqual(numberedFrom('sound', 6, 8));
  });

  it('stands still and is silent over a gap', async () => {
    const gap = { framesOfParts: FOUR, isVideoGap: true, isAudioGap: true };
    const { picture, sound } = await exported([{ framesOfParts: FOUR }, gap, gap, { framesOfParts: FOUR }]);
    expect(picture.samples[63]?.durationTicks).toBe(129 * FRAME_TICKS);
    expect(picture.samples[64]).toMatchObject({ decodeTicks: 192 * FRAME_TICKS, durationTicks: FRAME_TICKS });
    expect(picture.samples.map(text)).toEqual([
      ...numberedFrom('picture', 0, 64),
      ...numberedFrom('picture', 192, 256),
    ]);
    const silent = sound.samples.flatMap((sample, index) => (text(sample) === 'silence' ? [index] : []));
    expect(silent).toEqual(Array.from({ length: 200 }, (_, index) => 100 + index));
    expect(sound.samples[100]?.bytes).toEqual(Uint8Array.from(SILENCE));
    expect(sound.samples.slice(300).map(text)).toEqual(numberedFrom('sound', 300, 400));
  });

  it('has sound where only the picture is missing, and a picture where only sound is', async () => {
    const { picture, sound } = await exported([
      { framesOfParts: FOUR },
      { framesOfParts: FOUR, isVideoGap: true },
      { framesOfParts: FOUR, isAudioGap: true },
      { framesOfParts: FOUR },
    ]);
    expect(picture.samples.length).toBe(192);
    expect(sound.samples.slice(0, 200).map(text)).toEqual(numberedFrom('sound', 0, 200));
    expect(sound.samples.slice(200, 300).every((sample) => text(sample) === 'silence')).toBe(true);
    expect(sound.samples.length).toBe(400);
  });

  it('begins with the first segment that has a picture, and ends with the last that has anything', async () => {
    const gap = { framesOfParts: FOUR, isVideoGap: true, isAudioGap: true };
    const { picture, sound } = await exported([
      gap,
      { framesOfParts: FOUR, isVideoGap: true },
      { framesOfParts: FOUR },
      { framesOfParts: FOUR, isVideoGap: true },
      gap,
    ]);
    expect(picture.samples.map(text)).toEqual(numberedFrom('picture', 128, 192));
    expect(picture.samples.at(-1)?.durationTicks).toBe(65 * FRAME_TICKS);
    expect(sound.samples.map(text)).toEqual(numberedFrom('sound', 200, 400));
  });

  it('has no jump at a seam, another description behind it, and nothing that was not listed', async () => {
    const { picture, sound } = await exported([
      { framesOfParts: [16, 16], extraFrames: 20 },
      { framesOfParts: FOUR, cutFrames: 32, initVersion: 16 },
      { framesOfParts: FOUR, initVersion: 17 },
      { framesOfParts: FOUR, initVersion: 16 },
    ]);
    expect(picture.samples.map(({ decodeTicks }) => decodeTicks)).toEqual(
      Array.from({ length: 224 }, (_, index) => index * FRAME_TICKS),
    );
    expect(picture.samples.map(text)).toEqual([...numberedFrom('picture', 0, 32), ...numberedFrom('picture', 64, 256)]);
    expect(picture.entries.length).toBe(3);
    expect([0, 32, 96, 160].map((index) => picture.samples[index]?.descriptionIndex)).toEqual([1, 2, 3, 2]);
    expect(sound.samples.map(text)).toEqual([...numberedFrom('sound', 0, 50), ...numberedFrom('sound', 100, 400)]);
    expect(sound.entries.length).toBe(1);
  });

  it('has the parameter sets in its pictures too, where decoding can begin', async () => {
    const { picture } = await exported([
      { framesOfParts: FOUR },
      { framesOfParts: FOUR, initVersion: 16 },
      { framesOfParts: FOUR, initVersion: 16, style: 'two-runs' },
      { framesOfParts: FOUR },
    ]);
    expect(picture.samples.map(text)).toEqual(numberedFrom('picture', 0, 256));
    const plain = ({ bytes }: MovieSample) => new TextDecoder().decode(bytes).startsWith('picture');
    expect(picture.samples.flatMap((sample, index) => (plain(sample) ? [] : [index]))).toEqual([0, 64, 128, 192]);
    for (const index of [0, 64, 128, 192]) {
      const { bytes = new Uint8Array(0), descriptionIndex = 1 } = picture.samples[index] ?? {};
      const record = theBox((picture.entries[descriptionIndex - 1] ?? new Uint8Array(0)).subarray(86), 'avcC').body;
      const sets = avcParameterSets(record);
      expect(sets.length).toBeGreaterThan(20);
      expect(bytes.subarray(0, sets.length)).toEqual(sets);
      expect(new TextDecoder().decode(bytes.subarray(sets.length))).toBe(numberedFrom('picture', index, index + 1)[0]);
    }
  });

  it('can be of a picture alone, or of a sound', async () => {
    const recording = new ExportedRecording([
      { framesOfParts: FOUR },
      { framesOfParts: FOUR, isAudioGap: true },
      { framesOfParts: FOUR },
    ]);
    const [picture, none] = readMovie(await fileOf({ ...recording.source, audio: undefined }));
    expect([picture?.samples.length, none]).toEqual([192, undefined]);
    const [sound, nothing] = readMovie(await fileOf({ ...recording.source, video: undefined }));
    expect(sound?.samples.map(text)).toEqual([
      ...numberedFrom('sound', 0, 100),
      ...Array.from({ length: 100 }, () => 'silence'),
      ...numberedFrom('sound', 200, 300),
    ]);
    expect([sound?.handler, nothing]).toEqual(['soun', undefined]);
  });

  const specs = fc.array(
    fc.record({
      framesOfParts: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
      isVideoGap: fc.boolean(),
      isAudioGap: fc.boolean(),
      cutFrames: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 })),
      initVersion: fc.integer({ min: 0, max: 3 }),
      extraFrames: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 })),
      style: fc.constantFrom('ours', 'each', 'two-runs'),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('has every picture at its playlist’s time, and sound within half a frame of its own, whatever is missing', async () => {
    await fc.assert(
      fc.asyncProperty(specs, async (all) => {
        fc.pre(all.some(({ isVideoGap }) => !isVideoGap));
        const { pictures, sounds, endFrame } = expectedOf(all);
        const [picture, sound] = readMovie(await fileOf(new ExportedRecording(all).source));
        expect(picture?.samples.map(text)).toEqual([...pictures.keys()]);
        expect(picture?.samples.map(({ decodeTicks }) => decodeTicks / FRAME_TICKS)).toEqual([...pictures.values()]);
        const last = picture?.samples.at(-1);
        expect((last?.decodeTicks ?? 0) + (last?.durationTicks ?? 0)).toBe(endFrame * FRAME_TICKS);
        const heard = sound?.samples ?? [];
        for (const [index, sample] of heard.entries()) {
          expect([sample.decodeTicks, sample.durationTicks]).toEqual([index * AAC_FRAME_SAMPLES, AAC_FRAME_SAMPLES]);
          if (text(sample) === 'silence') continue;
          // A tick for each rounding.
          const offTicks = Math.abs(sample.decodeTicks - (sounds.get(text(sample)) ?? Number.NaN));
          expect(offTicks).toBeLessThanOrEqual(AAC_FRAME_SAMPLES / 2 + 1);
        }
        const endTicks = (endFrame * FRAME_TICKS * AUDIO_HZ) / VIDEO_HZ;
        if (sound !== undefined)
          expect(Math.abs(heard.length * AAC_FRAME_SAMPLES - endTicks)).toBeLessThan(1.5 * AAC_FRAME_SAMPLES);
        // Where what was cut off was no whole number of frames one may be too many, and is left out.
        const lostCount = sounds.size - heard.filter((sample) => text(sample) !== 'silence').length;
        expect(lostCount).toBeGreaterThanOrEqual(0);
        expect(lostCount).toBeLessThanOrEqual(1 + all.filter(({ cutFrames }) => cutFrames > 0).length);
      }),
      { numRuns: 60 },
    );
  });
});

/** Each sample that is to be there, and when: pictures by the number of their frame, sound in ticks. */
function expectedOf(all: readonly TestSegmentSpec[]) {
  const pictures = new Map<string, number>();
  const sounds = new Map<string, number>();
  let [frame, fileFrame, endFrame] = [0, 0, 0];
  let hasBegun = false;
  for (const { framesOfParts, cutFrames = 0, isVideoGap, isAudioGap } of all) {
    frame += cutFrames;
    const count = framesOfParts.reduce((total, each) => total + each, 0);
    hasBegun ||= isVideoGap !== true;
    if (hasBegun) {
      if (isVideoGap !== true)
        addNumbered(pictures, 'picture', [frame, frame + count], (each) => each - frame + fileFrame);
      const behindTicks = ((frame - fileFrame) * FRAME_TICKS * AUDIO_HZ) / VIDEO_HZ;
      const [from, to] = [soundFrames(frame), soundFrames(frame + count)];
      if (isAudioGap !== true)
        addNumbered(sounds, 'sound', [from, to], (each) => each * AAC_FRAME_SAMPLES - behindTicks);
      fileFrame += count;
      if (isVideoGap !== true || isAudioGap !== true) endFrame = fileFrame;
    }
    frame += count;
  }
  return { pictures, sounds, endFrame };
}

function addNumbered(
  to: Map<string, number>,
  what: 'picture' | 'sound',
  [from, until]: readonly [number, number],
  timeOf: (index: number) => number,
): void {
  for (let index = from; index < until; index += 1)
    to.set(new TextDecoder().decode(numbered(what, index)), timeOf(index));
}

describe('what cannot be one file is refused', () => {
  const damaged = async (
    change: (recording: ExportedRecording) => void,
    specs: readonly TestSegmentSpec[] = [{ framesOfParts: FOUR }],
  ) => {
    const recording = new ExportedRecording(specs);
    change(recording);
    return codeOf(fileOf(recording.source));
  };

  it('nothing but gaps', async () => {
    const gap = { framesOfParts: FOUR, isVideoGap: true, isAudioGap: true };
    expect(await codeOf(fileOf(new ExportedRecording([gap, gap]).source))).toBe('nothing-to-export');
    expect(await codeOf(fileOf(new ExportedRecording([]).source))).toBe('nothing-to-export');
  });

  it.each([1, 7, 31, 40, 100, 400])('a segment of which the last %i bytes are missing', async (missingBytes) => {
    const code = await damaged(({ files }) => {
      files.set('v720/1', (files.get('v720/1') ?? new Uint8Array(0)).slice(0, -missingBytes));
    });
    expect(code).toBe('segment-malformed');
  });

  it('an init segment of something else', async () => {
    expect(await damaged(({ files }) => files.set('v720/init-0', files.get('a128/init-0') ?? new Uint8Array(0)))).toBe(
      'init-unsupported',
    );
    expect(await damaged(({ files }) => files.set('a128/init-0', new Uint8Array(100)))).toBe('init-unsupported');
  });

  it('media of another track', async () => {
    expect(await damaged(({ files }) => files.set('v720/1', files.get('a128/1') ?? new Uint8Array(0)))).toBe(
      'segment-malformed',
    );
  });

  it('more kinds of media than a broadcast has', async () => {
    const many = Array.from({ length: 65 }, (_, initVersion) => ({ framesOfParts: [1], initVersion }));
    expect(await damaged(() => undefined, many.slice(0, 64))).toBe('none');
    expect(await damaged(() => undefined, many)).toBe('too-many-inits');
  });
});
