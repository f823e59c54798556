import type { SourceConfig, SourcePacket } from '../../media/source.ts';
import type { PictureSize } from '../ladder.ts';
import type { TranscoderWarningCode } from '../messages.ts';
import { SourceTimeline, type TimelineNotice } from '../source-timeline.ts';
import { SourceWatch } from '../source-watch.ts';
import type { Clock } from './clock.ts';
import { displaySize } from './picture.ts';
import { SourceDecoders } from './source-decoders.ts';
import type { Held } from './source-probe.ts';

/** What the streamer is told when the timeline moved; nothing where nobody but us needs to know. */
const NOTICE_WARNINGS: Record<TimelineNotice, TranscoderWarningCode | undefined> = {
  jumped: 'timestamp-jump',
  // Late here: on the way, or because our CPU is busy. Whoever sees it come in knows (health/arrival-evenness.ts).
  'shifted-later': undefined,
  jittery: undefined,
  // A relay's first GOP, or a stall that was caught up: it is over when it is noticed.
  'skipped-ahead': undefined,
  'too-fast': 'faster-than-real-time',
};
/**
 * Media that is not there this long after its time is done without, while nothing asks for a longer wait. It adds nothing while media comes steadily, since
 * a frame goes out when it is there. A twelfth of a second lets an uneven sender through, and is less than the part of
 * a hold-back that players keep for it.
 */
const LATE_US = 80_000;
/** While a publisher's delay is being found out, the timeline moves without anything being wrong. */
const SETTLING_US = 5_000_000;
/** A source that is faster than real time is read this far ahead; less than what the timeline would meet by skipping. */
const AHEAD_US_MAX = 100_000;
/** A track that was silent for longer says nothing about how fast the source is. */
const ACTIVE_US = 1_000_000;

/** A gap between two pictures beyond this is a gap, not a picture's duration. */
const PICTURE_US_MAX = 200_000;
const PICTURE_US_DEFAULT = 33_333;

/** A timestamp that is further from its arrival than this was not meant by the mapping of now. */
const SETTLED_US_MAX = 3_000_000;

const NOTHING: Held = { pictures: [], sounds: [] };

interface TrackEnd {
  readonly timeUs: number;
  readonly atUs: number;
}

/** The publisher's side of a session: packets in; decoded media out, each with its place on our clock. */
export class SourceIntake {
  readonly #clock: Clock;
  readonly #decoders = new SourceDecoders();
  readonly #timeline = new SourceTimeline({ lateUs: LATE_US });
  readonly #watch: SourceWatch;
  readonly #warn: (code: TranscoderWarningCode) => void;
  readonly #ends = new Map<'video' | 'audio', TrackEnd>();
  #joinedUs: number;
  #isTooFast = false;
  #videoLateUs = 0;
  #lastPictureUs = 0;
  #pictureUs = PICTURE_US_DEFAULT;

  constructor(clock: Clock, warn: (code: TranscoderWarningCode) => void) {
    this.#clock = clock;
    this.#warn = warn;
    this.#joinedUs = this.#clock.nowUs();
    this.#watch = new SourceWatch(this.#joinedUs);
  }

  get errorCount(): number {
    return this.#decoders.errorCount;
  }

  /** How long after its time media is worth waiting for. */
  get lateUs(): number {
    return this.#timeline.lateUs;
  }

  /** How much later than its time the last picture came. Negative: earlier. */
  get videoLateUs(): number {
    return this.#videoLateUs;
  }

  /** Of the last picture that was decoded. */
  get sourceSize(): PictureSize | undefined {
    return this.#watch.size;
  }

  /** Frames a second that the video's own headers state. */
  get statedFps(): number | undefined {
    return this.#decoders.statedFps;
  }

  /** How long to read nothing more, since what was read is too far ahead of its time; 0 nearly always. */
  get holdUs(): number {
    if (!this.#isTooFast) return 0;
    const now = this.#clock.nowUs();
    const active = [...this.#ends.values()].filter((end) => now - end.atUs < ACTIVE_US);
    const aheadUs = Math.min(...active.map((end) => end.timeUs - now));
    if (!(aheadUs > 0)) this.#isTooFast = false;
    return Number.isFinite(aheadUs) ? Math.max(0, aheadUs - AHEAD_US_MAX) : 0;
  }

  async configure(config: SourceConfig): Promise<void> {
    if (config.kind === 'video-config') await this.#decoders.configureVideo(config);
    else await this.#decoders.configureAudio(config);
    if (this.#decoders.takeUnsupported() !== undefined) this.#warn('unsupported-codec');
  }

  async take(packet: SourcePacket): Promise<Held> {
    const taken = packet.kind === 'video' ? await this.#takeVideo(packet) : this.#takeAudio(packet);
    this.#tell();
    return taken;
  }

  /**
   * Before anything is shown: now that some media has come, it is known how late the first of it was, and all of it
   * gets the place it should have had. What came in time with that is as if it had come in time.
   */
  settle({ pictures, sounds }: Held): Held {
    this.#timeline.settle(this.#clock.nowUs());
    const settled = (track: 'video' | 'audio', ptsUs: number, held: { timeUs: number; atUs: number }) => {
      const timeUs = this.#timeline.timeOf(track, ptsUs) ?? held.timeUs;
      const isMeant = Math.abs(timeUs - held.atUs) <= SETTLED_US_MAX;
      return isMeant ? { timeUs, atUs: Math.min(timeUs, held.atUs) } : { timeUs: held.timeUs, atUs: held.atUs };
    };
    return {
      pictures: pictures.map((held) => ({ ...held, ...settled('video', held.ptsUs, held) })),
      sounds: sounds.map((held) => ({ ...held, ...settled('audio', held.sound.ptsUs, held) })),
    };
  }

  /** The publisher is gone, and may return. */
  left(): void {
    this.#watch.left();
  }

  /** A publisher is there again: nothing known of the one before holds. */
  joined(): void {
    this.#decoders.close();
    this.#timeline.rejoin();
    this.#ends.clear();
    this.#isTooFast = false;
    this.#joinedUs = this.#clock.nowUs();
    this.#watch.joined(this.#joinedUs);
  }

  /** See SourceDecoders.compensateAudio. */
  compensateAudio(deltaSamples: number, overSamples: number): void {
    this.#decoders.compensateAudio(deltaSamples, overSamples);
  }

  /** Called about once a second. */
  review(): void {
    this.#watch.advance(this.#clock.nowUs(), this.errorCount);
    this.#tell();
  }

  async #takeVideo(packet: SourcePacket): Promise<Held> {
    this.#watch.videoPacket(packet, this.#clock.nowUs());
    const decoded = await this.#decoders.decodeVideo(packet);
    if (decoded.length === 0) return NOTHING;
    const atUs = this.#clock.nowUs();
    const pictures = decoded.map(({ frame, ptsUs }) => {
      const durationUs = this.#pictureDurationUs(ptsUs);
      const { timeUs } = this.#timeline.place({ track: 'video', ptsUs, durationUs }, atUs);
      this.#videoLateUs = atUs - timeUs;
      this.#ends.set('video', { timeUs, atUs });
      this.#watch.picture(displaySize(frame), atUs);
      return { frame, ptsUs, timeUs, atUs };
    });
    return { pictures, sounds: [] };
  }

  /** Coded pictures do not say how long they last: as long as the one before. */
  #pictureDurationUs(ptsUs: number): number {
    const gapUs = ptsUs - this.#lastPictureUs;
    this.#lastPictureUs = ptsUs;
    if (gapUs > 0 && gapUs <= PICTURE_US_MAX) this.#pictureUs = gapUs;
    return this.#pictureUs;
  }

  #takeAudio(packet: SourcePacket): Held {
    const atUs = this.#clock.nowUs();
    const sounds = this.#decoders.decodeAudio(packet).map((sound) => {
      const { ptsUs, durationUs } = sound;
      const { timeUs } = this.#timeline.place({ track: 'audio', ptsUs, durationUs }, atUs);
      this.#ends.set('audio', { timeUs, atUs });
      this.#watch.sound(atUs);
      return { sound, timeUs, atUs };
    });
    return { pictures: [], sounds };
  }

  #tell(): void {
    for (let notice = this.#timeline.poll(); notice !== undefined; notice = this.#timeline.poll()) {
      if (notice === 'too-fast') this.#isTooFast = true;
      const isSettling = this.#clock.nowUs() - this.#joinedUs < SETTLING_US;
      const code = isSettling && notice !== 'too-fast' ? undefined : NOTICE_WARNINGS[notice];
      if (code !== undefined) this.#warn(code);
    }
    for (let code = this.#watch.poll(); code !== undefined; code = this.#watch.poll()) this.#warn(code);
  }
}
