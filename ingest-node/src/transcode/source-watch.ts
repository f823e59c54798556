import type { PictureSize } from './ladder.ts';
import type { TranscoderWarningCode } from './messages.ts';

/** Without media for so long, its absence is told: when the slate is shown. */
const MISSING_US = 2_000_000;
/** A keyframe interval beyond this delays a start and a recovery more than viewers take for granted. */
const LONG_GOP_US = 5_000_000;
/** So many pictures that are shown before one sent earlier: then it is the encoder's way and no slip. */
const REORDERED_MIN = 3;
/** Fewer errors in a second are a lost packet that nobody saw. */
const ERRORS_TOLD_MIN = 3;

interface TrackPresence {
  /** The last moment it was there, or could not yet be asked for. */
  lastUs: number;
  isMissing: boolean;
}

/** Notices what a streamer should know of what they send. Codes come once per occasion; see Warnings for sentences. */
export class SourceWatch {
  readonly #noticed = new Set<TranscoderWarningCode>();
  readonly #tracks: Record<'video' | 'audio', TrackPresence>;
  #isJoined = true;
  #size: PictureSize | undefined;
  #lastPtsUs = Number.NEGATIVE_INFINITY;
  #lastDtsUs = Number.NEGATIVE_INFINITY;
  #reorderedCount = 0;
  #keyframeUs: number | undefined;
  #errorCount = 0;

  constructor(nowUs: number) {
    this.#tracks = { video: { lastUs: nowUs, isMissing: false }, audio: { lastUs: nowUs, isMissing: false } };
  }

  /** Of the last picture. */
  get size(): PictureSize | undefined {
    return this.#size;
  }

  /** The next thing worth telling. */
  poll(): TranscoderWarningCode | undefined {
    const [code] = this.#noticed;
    if (code !== undefined) this.#noticed.delete(code);
    return code;
  }

  /** The publisher is gone: what is missing is no news until one is back. */
  left(): void {
    this.#isJoined = false;
  }

  joined(nowUs: number): void {
    this.#isJoined = true;
    this.#lastPtsUs = Number.NEGATIVE_INFINITY;
    this.#lastDtsUs = Number.NEGATIVE_INFINITY;
    this.#reorderedCount = 0;
    this.#keyframeUs = undefined;
    for (const track of Object.values(this.#tracks)) track.lastUs = nowUs;
  }

  /** A coded picture came. */
  videoPacket(packet: { readonly ptsUs: number; readonly dtsUs: number; readonly isKeyframe: boolean }, nowUs: number) {
    const isReordered = packet.dtsUs > this.#lastDtsUs && packet.ptsUs < this.#lastPtsUs;
    this.#reorderedCount += isReordered ? 1 : 0;
    if (this.#reorderedCount === REORDERED_MIN) this.#noticed.add('b-frames');
    this.#lastPtsUs = packet.ptsUs;
    this.#lastDtsUs = packet.dtsUs;
    if (packet.isKeyframe || this.#keyframeUs === undefined) this.#keyframeUs = nowUs;
    if (nowUs - this.#keyframeUs <= LONG_GOP_US) return;
    this.#noticed.add('long-gop');
    this.#keyframeUs = nowUs;
  }

  /** A picture was decoded. */
  picture(size: PictureSize, nowUs: number): void {
    this.#isThere('video', nowUs);
    const before = this.#size;
    this.#size = size;
    if (before === undefined) return;
    if (before.widthPx !== size.widthPx || before.heightPx !== size.heightPx) this.#noticed.add('resolution-changed');
  }

  /** Sound was decoded. */
  sound(nowUs: number): void {
    this.#isThere('audio', nowUs);
  }

  /** Called about once a second, with the decoders' errors so far. */
  advance(nowUs: number, errorCount: number): void {
    if (errorCount - this.#errorCount >= ERRORS_TOLD_MIN) this.#noticed.add('decode-errors');
    this.#errorCount = errorCount;
    if (!this.#isJoined) return;
    for (const kind of ['video', 'audio'] as const) {
      const track = this.#tracks[kind];
      if (track.isMissing || nowUs - track.lastUs < MISSING_US) continue;
      track.isMissing = true;
      this.#noticed.add(`${kind}-missing`);
    }
  }

  #isThere(kind: 'video' | 'audio', nowUs: number): void {
    this.#tracks[kind].lastUs = nowUs;
    this.#tracks[kind].isMissing = false;
  }
}
