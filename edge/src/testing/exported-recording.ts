import { AAC_FRAME_SAMPLES } from '@sluice/contracts';
import type { ExportReader, ExportSegment, ExportSource } from '../export/export-source.ts';
import { AUDIO_INIT, VIDEO_INIT } from '../mux/fixtures/init-segments.ts';
import { A128, STARTED_AT_MS, V720 } from './test-broadcast.ts';
import { type TestFragment, testFragment } from './test-fragment.ts';
import { joinedBytes } from './test-publisher.ts';

/** As the init segments of the fixture have it. */
export const VIDEO_HZ = 30_000;
export const AUDIO_HZ = 48_000;
const FRAME_TICKS = 1_000;

/** One segment of a recording that a test makes. */
export interface TestSegmentSpec {
  /** Pictures in each of its parts. */
  readonly framesOfParts: readonly number[];
  readonly isVideoGap?: boolean;
  readonly isAudioGap?: boolean;
  /** Media between the segment before and this one that was cut off at a seam. */
  readonly cutFrames?: number;
  readonly initVersion?: number;
  /** What its object has beyond what is listed of it. */
  readonly extraFrames?: number;
  readonly style?: TestFragment['style'];
}

export interface ExportedRecordingOptions {
  /** Shown so many frames after it is decoded; those between others are B-frames. */
  readonly delayFrames?: number;
}

/** A recording whose samples are numbers and no pictures, with all of its files. Sound is on the broadcast's own clock. */
export class ExportedRecording {
  readonly video: ExportSegment[] = [];
  readonly audio: ExportSegment[] = [];
  /** `{rendition}/{msn}` and `{rendition}/init-{version}`. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #delayFrames: number;

  constructor(specs: readonly TestSegmentSpec[], { delayFrames = 0 }: ExportedRecordingOptions = {}) {
    this.#delayFrames = delayFrames;
    this.files.set(`${A128}/init-0`, AUDIO_INIT.slice());
    let frame = 0;
    for (const [index, spec] of specs.entries()) {
      frame += spec.cutFrames ?? 0;
      this.#add(index + 1, frame, spec);
      frame += sum(spec.framesOfParts);
    }
  }

  get source(): ExportSource {
    return this.sourceOf(this.reader);
  }

  get reader(): ExportReader {
    const file = (name: string) => {
      const bytes = this.files.get(name);
      if (bytes === undefined) throw new Error(`nothing is stored under ${name}`);
      return bytes;
    };
    return {
      readInit: async (renditionId, initVersion) => file(`${renditionId}/init-${initVersion}`),
      openSegment: async ({ renditionId, msn }, fromByte) => {
        const bytes = file(`${renditionId}/${msn}`);
        return { sizeBytes: bytes.length, body: bytes.subarray(fromByte) };
      },
    };
  }

  sourceOf(reader: ExportReader): ExportSource {
    return {
      startedAtMs: STARTED_AT_MS,
      video: { timescaleHz: VIDEO_HZ, segments: this.video },
      audio: { timescaleHz: AUDIO_HZ, segments: this.audio },
      reader,
    };
  }

  #add(msn: number, firstFrame: number, spec: TestSegmentSpec): void {
    const { framesOfParts, isVideoGap = false, isAudioGap = false, initVersion = 0, style = 'ours' } = spec;
    const frameCount = sum(framesOfParts);
    const video = { msn, renditionId: V720, initVersion };
    this.files.set(`${V720}/init-${initVersion}`, videoInit(initVersion));
    this.video.push({
      ...video,
      startTicks: firstFrame * FRAME_TICKS,
      durationTicks: frameCount * FRAME_TICKS,
      isGap: isVideoGap,
    });
    const firstSound = soundFrames(firstFrame);
    const startTicks = firstSound * AAC_FRAME_SAMPLES;
    const durationTicks = soundFrames(firstFrame + frameCount) * AAC_FRAME_SAMPLES - startTicks;
    this.audio.push({ msn, renditionId: A128, initVersion: 0, startTicks, durationTicks, isGap: isAudioGap });
    const parts = [...framesOfParts, ...(spec.extraFrames ? [spec.extraFrames] : [])];
    const [pictures, sounds]: [Uint8Array[], Uint8Array[]] = [[], []];
    let at = firstFrame;
    for (const count of parts) {
      pictures.push(this.#picturePart(at, count, firstFrame, style));
      sounds.push(soundPart(soundFrames(at), soundFrames(at + count), style));
      at += count;
    }
    if (!isVideoGap) this.files.set(`${V720}/${msn}`, joinedBytes(...pictures));
    if (!isAudioGap) this.files.set(`${A128}/${msn}`, joinedBytes(...sounds));
  }

  #picturePart(from: number, count: number, keyframe: number, style: TestFragment['style']): Uint8Array {
    const samples = Array.from({ length: count }, (_, index) => ({
      durationTicks: FRAME_TICKS,
      isSync: from + index === keyframe,
      // What our packager writes has none.
      compositionTicks:
        style === 'ours' ? 0 : (this.#delayFrames + (((from + index - keyframe) * 2) % 3)) * FRAME_TICKS,
      bytes: numbered('picture', from + index),
    }));
    return testFragment({ trackId: 1, startTicks: from * FRAME_TICKS, samples, style });
  }
}

/** Frames of sound that begin before a picture does: where a part falls between two, the earlier one is taken. */
export function soundFrames(frame: number): number {
  return Math.floor((frame * FRAME_TICKS * AUDIO_HZ) / (VIDEO_HZ * AAC_FRAME_SAMPLES));
}

/** What stands for the coded bytes of a sample: no two are the same, nor all of one length. */
export function numbered(what: 'picture' | 'sound', index: number): Uint8Array {
  return new TextEncoder().encode(`${what} ${index}${'.'.repeat(index % 5)}`);
}

/** The same picture under other parameter sets. */
function videoInit(version: number): Uint8Array<ArrayBuffer> {
  const init = VIDEO_INIT.slice();
  // The SPS of the fixture begins there, and nobody decodes it here.
  const spsAt = init.findIndex((_, at) => String.fromCharCode(...init.subarray(at, at + 4)) === 'avcC') + 16;
  init[spsAt] = version;
  return init;
}

function soundPart(from: number, to: number, style: TestFragment['style']): Uint8Array {
  const samples = Array.from({ length: to - from }, (_, index) => ({
    durationTicks: AAC_FRAME_SAMPLES,
    isSync: true,
    compositionTicks: 0,
    bytes: numbered('sound', from + index),
  }));
  if (samples.length === 0) return new Uint8Array(0);
  return testFragment({ trackId: 2, startTicks: from * AAC_FRAME_SAMPLES, samples, style });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
