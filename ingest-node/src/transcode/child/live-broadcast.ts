import {
  AUDIO_SAMPLE_RATE_HZ,
  audioFramesBeforePart,
  audioPartTargetTicks,
  type BroadcastDescription,
  FIRST_PART,
  type LadderPolicy,
  type LatencyProfileName,
  type MediaGrid,
  mediaGrid,
  partNumber,
  type RenditionId,
  videoPartTargetTicks,
} from '@sluice/contracts';
import type { ContinuedBroadcast, EncodedBroadcast, EncodedFrame } from '../../media/encoded.ts';
import { avcCodecString } from '../avc.ts';
import { type ColourTags, isAlike } from '../colour-tags.ts';
import {
  affordablePreset,
  audioPeakBps,
  meanBitrateBps,
  segmentPeakBps,
  videoEncoderOptions,
} from '../encoder-options.ts';
import { AUDIO_BITRATE_BPS, AUDIO_RENDITION_ID, ladder, type Rung } from '../ladder.ts';
import { AudioEncoder } from './audio-encoder.ts';
import { beginPlaces } from './begin-places.ts';
import type { Clock } from './clock.ts';
import { colourOf } from './frame-colour.ts';
import { PictureLane } from './picture-lane.ts';
import { SoundLane } from './sound-lane.ts';
import type { FoundSource, HeldPicture, HeldSound } from './source-probe.ts';
import { type ThumbnailListener, ThumbnailMaker } from './thumbnail-maker.ts';
import type { VideoEncoderSpec } from './video-encoder.ts';
import { type Resting, VideoLadder } from './video-ladder.ts';

export interface BroadcastSettings {
  readonly profile: LatencyProfileName;
  readonly ladder: LadderPolicy;
  readonly cpuCount: number;
  /** There when it was begun by another child. */
  readonly continues?: ContinuedBroadcast | undefined;
}

/** When slot 0 is: on the child's clock, and of wall time. */
export interface BroadcastStart {
  readonly startUs: number;
  readonly startedAtMs: number;
  /** How long media is waited for at first. */
  readonly lateUs: number;
}

export interface LiveBroadcastListener extends ThumbnailListener {
  onFrame(frame: EncodedFrame): void;
  /** An encoder failed: nothing of this broadcast can go on. */
  onFailure(error: unknown): void;
}

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
  readonly #thumbnails: ThumbnailMaker;
  readonly #colour: ColourTags;
  /** What it is, to be told before its first frame. */
  readonly encoded: EncodedBroadcast;
  #hasMissed = false;

  private constructor(
    lanes: {
      picture: PictureLane;
      sound: SoundLane;
      ladder: VideoLadder;
      thumbnails: ThumbnailMaker;
      colour: ColourTags;
    },
    encoded: EncodedBroadcast,
  ) {
    this.#picture = lanes.picture;
    this.#sound = lanes.sound;
    this.#ladder = lanes.ladder;
    this.#thumbnails = lanes.thumbnails;
    this.#colour = lanes.colour;
    this.encoded = encoded;
  }

  static async open(
    settings: BroadcastSettings & BroadcastStart,
    source: FoundSource,
    { clock, listener }: { readonly clock: Clock; readonly listener: LiveBroadcastListener },
  ): Promise<LiveBroadcast> {
    const { continues, startUs, lateUs } = settings;
    const grid = mediaGrid(continues?.description.profile ?? settings.profile, source.frameRate);
    const specs = encoderSpecs(settings, source, grid);
    const [videoLadder, encoder] = await Promise.all([VideoLadder.open(specs, listener), AudioEncoder.open()]);
    const configurations = [...videoLadder.configurations, encoder.configuration];
    const described = { grid, specs, startedAtMs: settings.startedAtMs, configurations };
    const description = describeBroadcast(described, continues?.description);
    const sinceStartUs = clock.nowUs() - startUs;
    const next = continues === undefined ? {} : beginPlaces({ grid, made: description, continues, sinceStartUs });
    const beginsAt = (id: RenditionId) => partNumber(grid, next[id] ?? FIRST_PART);
    const firstSlots = specs.map(({ rung }) => beginsAt(rung.renditionId) * grid.framesPerPart);
    videoLadder.beginAt(firstSlots);
    const lane = { grid, startUs, lateUs };
    const firstSlot = Math.min(...firstSlots);
    const size = specs[0]?.rung ?? source.size;
    const { frameRate } = grid;
    const thumbnails = new ThumbnailMaker({ frameRate, firstFrame: firstSlot, size, ladder: videoLadder, listener });
    const picture = new PictureLane({
      ...lane,
      firstSlot,
      ladder: videoLadder,
      thumbnails,
      size,
      slateAfterUs: SLATE_AFTER_US,
    });
    const firstFrame = audioFramesBeforePart(grid, beginsAt(AUDIO_RENDITION_ID));
    const sound = new SoundLane({ ...lane, firstFrame, encoder }, (frame) => listener.onFrame(frame));
    const lanes = { picture, sound, ladder: videoLadder, thumbnails, colour: source.colour };
    return new LiveBroadcast(lanes, { description, next });
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
    const { queueLength, work } = this.#ladder;
    return { ...this.#picture.counts, ...this.#sound.counts, encodeQueueLength: queueLength, encoders: work };
  }

  /** How far the last slot that every encoder has done lies behind the clock. */
  lagMs(nowUs: number): number {
    return this.#picture.lagMs(nowUs);
  }

  /** Media that comes from now on was worth waiting for so long. */
  waitFor(lateUs: number): void {
    this.#picture.waitFor(lateUs);
    this.#sound.waitFor(lateUs);
  }

  /** Takes the frame over. The answer is whether viewers, who are told the broadcast's colours, see the picture's. */
  offerPicture({ frame, timeUs, atUs }: HeldPicture): boolean {
    const hasItsColours = isAlike(colourOf(frame), this.#colour);
    this.#picture.offer(frame, timeUs, atUs);
    this.#sound.follow(this.#picture.begunSlots);
    return hasItsColours;
  }

  /** The answer is the correction of drift that the source's decoder should make from now on. */
  offerSound({ sound, timeUs, atUs }: HeldSound): { deltaSamples: number; overSamples: number } | undefined {
    this.#sound.follow(this.#picture.begunSlots);
    return this.#sound.offer(sound, timeUs, atUs);
  }

  /** From the next segment on these pictures are not encoded, all others are. The answer is what will be so. */
  rest(renditionIds: readonly RenditionId[]): Resting {
    return this.#ladder.rest(renditionIds);
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

  /** Completes the segment at once, and resolves when every coded frame of it was told, and every image. */
  async finish(): Promise<void> {
    this.#sound.follow(this.#picture.finish());
    this.#sound.finish();
    await this.#thumbnails.finish();
    await this.#ladder.finish();
  }
}

/** The renditions of a broadcast that goes on are what they were, whatever its source has become. */
function continuedRungs({ renditions }: BroadcastDescription, grid: MediaGrid): Rung[] {
  return renditions
    .filter((rendition) => rendition.kind === 'video')
    .map(({ id, widthPx, heightPx, bitrateBpsMax }) => ({
      renditionId: id,
      widthPx,
      heightPx,
      bitrateBps: meanBitrateBps(bitrateBpsMax, grid),
    }));
}

function encoderSpecs(settings: BroadcastSettings, source: FoundSource, grid: MediaGrid): VideoEncoderSpec[] {
  const rungs =
    settings.continues === undefined
      ? ladder(settings.ladder, source.size, source.frameRate)
      : continuedRungs(settings.continues.description, grid);
  const preset = affordablePreset(rungs, grid, settings.cpuCount);
  const { colour } = source;
  return rungs.map((rung) => ({ rung, grid, options: videoEncoderOptions(rung, grid, preset), colour }));
}

const NOTHING = new Uint8Array(0);

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

interface Described {
  readonly grid: MediaGrid;
  readonly specs: readonly VideoEncoderSpec[];
  /** Of the rungs, and then of the sound. */
  readonly configurations: readonly Uint8Array[];
  readonly startedAtMs: number;
}

/** What it is; of a broadcast that goes on nothing may change but the codec strings. */
function describeBroadcast(described: Described, continued?: BroadcastDescription): BroadcastDescription {
  const fresh = describeNew(described);
  if (continued === undefined) return fresh;
  const renditions = continued.renditions.map((rendition) => {
    const made = fresh.renditions.find(({ id }) => id === rendition.id);
    if (made?.kind !== rendition.kind) throw new Error(`there is no ${rendition.id} to go on with`);
    return { ...rendition, codecs: made.codecs, configuration: made.configuration };
  });
  return { ...continued, renditions };
}

function describeNew({ grid, specs, configurations, startedAtMs }: Described): BroadcastDescription {
  const videos = specs.map(({ rung, options }, index) => ({
    kind: 'video' as const,
    id: rung.renditionId,
    codecs: avcCodecString(configurations[index] ?? NOTHING),
    configuration: toBase64(configurations[index] ?? NOTHING),
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
    configuration: toBase64(configurations.at(-1) ?? NOTHING),
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
