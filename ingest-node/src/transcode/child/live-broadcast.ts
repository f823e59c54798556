import {
  AUDIO_SAMPLE_RATE_HZ,
  audioPartTargetTicks,
  type BroadcastDescription,
  type LadderPolicy,
  type LatencyProfileName,
  type MediaGrid,
  mediaGrid,
  videoPartTargetTicks,
} from '@sluice/contracts';
import type { EncodedBroadcast, EncodedFrame } from '../../media/encoded.ts';
import { avcCodecString } from '../avc.ts';
import { affordablePreset, audioPeakBps, segmentPeakBps, videoEncoderOptions } from '../encoder-options.ts';
import { AUDIO_BITRATE_BPS, AUDIO_RENDITION_ID, ladder } from '../ladder.ts';
import { AudioEncoder } from './audio-encoder.ts';
import { PictureLane } from './picture-lane.ts';
import { SoundLane } from './sound-lane.ts';
import type { FoundSource, HeldPicture, HeldSound } from './source-probe.ts';
import type { VideoEncoderSpec } from './video-encoder.ts';
import { VideoLadder } from './video-ladder.ts';

export interface BroadcastSettings {
  readonly profile: LatencyProfileName;
  readonly ladder: LadderPolicy;
  readonly cpuCount: number;
}

/** When slot 0 is: on the child's clock, and of wall time. */
export interface BroadcastStart {
  readonly startUs: number;
  readonly startedAtMs: number;
}

export interface LiveBroadcastListener {
  onFrame(frame: EncodedFrame): void;
  /** An encoder failed: nothing of this broadcast can go on. */
  onFailure(error: unknown): void;
}

/**
 * Media that is not there this long after its time is done without. It adds nothing while media comes steadily, since
 * a frame goes out when it is there. A twelfth of a second lets an uneven sender through, and is less than the part of
 * a hold-back that players keep for it.
 */
export const LATE_US = 80_000;
/** A blink of the line shows the last picture again; longer than this is worth telling. */
const SLATE_AFTER_US = 2_000_000;
/** The wall clock went on so far without us that nothing can be caught up: the machine slept, or we were stopped. */
const MISSED_US_MAX = 15_000_000;

/** AAC-LC (ISO/IEC 14496-3: object type 2). */
const AAC_LC = 'mp4a.40.2';

/** A broadcast that has begun: its grid, its renditions and their encoders. Slots and samples go by wall time. */
export class LiveBroadcast {
  readonly #picture: PictureLane;
  readonly #sound: SoundLane;
  readonly #ladder: VideoLadder;
  /** What it is, to be told before its first frame. */
  readonly encoded: EncodedBroadcast;
  #hasMissed = false;

  private constructor(
    lanes: { picture: PictureLane; sound: SoundLane; ladder: VideoLadder },
    encoded: EncodedBroadcast,
  ) {
    this.#picture = lanes.picture;
    this.#sound = lanes.sound;
    this.#ladder = lanes.ladder;
    this.encoded = encoded;
  }

  static async open(
    settings: BroadcastSettings & BroadcastStart,
    source: FoundSource,
    listener: LiveBroadcastListener,
  ): Promise<LiveBroadcast> {
    const grid = mediaGrid(settings.profile, source.frameRate);
    const specs = encoderSpecs(settings, source, grid);
    const [videoLadder, encoder] = await Promise.all([VideoLadder.open(specs, listener), AudioEncoder.open()]);
    const { startUs, startedAtMs } = settings;
    const size = specs[0]?.rung ?? source.size;
    const clock = { grid, startUs, lateUs: LATE_US };
    const picture = new PictureLane({ ...clock, ladder: videoLadder, size, slateAfterUs: SLATE_AFTER_US });
    const sound = new SoundLane({ ...clock, encoder }, (frame) => listener.onFrame(frame));
    const description = describeBroadcast({ grid, specs, startedAtMs, configurations: videoLadder.configurations });
    const extradatas = [...videoLadder.configurations, encoder.configuration];
    const configs = description.renditions.map(({ id }, index) => ({
      renditionId: id,
      extradata: extradatas[index] ?? new Uint8Array(0),
    }));
    return new LiveBroadcast({ picture, sound, ladder: videoLadder }, { description, configs });
  }

  /** When advance() has something to do even if nothing comes. */
  get deadlineUs(): number {
    return Math.min(this.#picture.deadlineUs, this.#sound.deadlineUs);
  }

  /** Encoding fell too far behind real time, or was held up for too long: going on makes no sense. */
  get hasGivenUp(): boolean {
    return this.#hasMissed || this.#picture.hasGivenUp;
  }

  /** Some pictures are left out, since encoding all of them takes too long. */
  get isOverloaded(): boolean {
    return this.#picture.isOverloaded;
  }

  get counts() {
    return { ...this.#picture.counts, ...this.#sound.counts, encodeQueueLength: this.#ladder.queueLength };
  }

  /** How far the last slot that every encoder has done lies behind the clock. */
  lagMs(nowUs: number): number {
    return this.#picture.lagMs(nowUs);
  }

  /** Takes the frame over. */
  offerPicture({ frame, timeUs, atUs }: HeldPicture): void {
    this.#picture.offer(frame, timeUs, atUs);
    this.#sound.follow(this.#picture.begunSlots);
  }

  /** The answer is the correction of drift that the source's decoder should make from now on. */
  offerSound({ sound, timeUs, atUs }: HeldSound): { deltaSamples: number; overSamples: number } | undefined {
    this.#sound.follow(this.#picture.begunSlots);
    return this.#sound.offer(sound, timeUs, atUs);
  }

  /** Fills what can wait no longer. */
  advance(nowUs: number): void {
    if (nowUs - this.deadlineUs > MISSED_US_MAX) {
      this.#hasMissed = true;
      return;
    }
    this.#picture.advance(nowUs);
    this.#sound.follow(this.#picture.begunSlots);
    this.#sound.advance(nowUs);
  }

  /** Completes the segment at once, and resolves when every coded frame of it was told. */
  async finish(): Promise<void> {
    this.#sound.follow(this.#picture.finish());
    this.#sound.finish();
    await this.#ladder.finish();
  }
}

function encoderSpecs(settings: BroadcastSettings, source: FoundSource, grid: MediaGrid): VideoEncoderSpec[] {
  const rungs = ladder(settings.ladder, source.size, source.frameRate);
  const preset = affordablePreset(rungs, grid, settings.cpuCount);
  const { colour } = source;
  return rungs.map((rung) => ({ rung, grid, options: videoEncoderOptions(rung, grid, preset), colour }));
}

interface Described {
  readonly grid: MediaGrid;
  readonly specs: readonly VideoEncoderSpec[];
  readonly configurations: readonly Uint8Array[];
  readonly startedAtMs: number;
}

function describeBroadcast({ grid, specs, configurations, startedAtMs }: Described): BroadcastDescription {
  const videos = specs.map(({ rung, options }, index) => ({
    kind: 'video' as const,
    id: rung.renditionId,
    codecs: avcCodecString(configurations[index] ?? new Uint8Array(0)),
    timescaleHz: grid.videoTimescaleHz,
    partTargetTicks: videoPartTargetTicks(grid),
    bitrateBpsMax: segmentPeakBps(options, grid),
    initVersion: 0,
    widthPx: rung.widthPx,
    heightPx: rung.heightPx,
    frameRate: grid.frameRate,
  }));
  const audio = {
    kind: 'audio' as const,
    id: AUDIO_RENDITION_ID,
    codecs: AAC_LC,
    timescaleHz: AUDIO_SAMPLE_RATE_HZ,
    partTargetTicks: audioPartTargetTicks(grid),
    bitrateBpsMax: audioPeakBps(AUDIO_BITRATE_BPS),
    initVersion: 0,
    sampleRateHz: AUDIO_SAMPLE_RATE_HZ,
    channelCount: 2,
  };
  return {
    profile: grid.profile,
    frameRate: grid.frameRate,
    startedAtMs,
    renditions: [...videos, audio],
  };
}
