import { LatencyController, type PlayheadReading, type StreamTiming } from './latency-controller.ts';
import { StallWatch } from './stall-watch.ts';
import type { ViewerInput } from './viewer-life.ts';

/** Closer to the target than this is live again, however the viewer got there. */
const LIVE_TOLERANCE_S = 1;
/** Who wants to see what is that near to the live edge wants to see the live edge. */
const LIVE_SNAP_S = 2;
/** A place that shows no picture for this long after it was sought is waited for; less is not noticed. */
const SEEK_MS_MAX = 300;
/** A source that shows nothing for this long after its load is not going to. */
const START_MS_MAX = 10_000;
/** hls.js is given so long to place the playhead itself. */
const PLACE_MS_MAX = 1_000;
/** Less than this ahead of the playhead is no supply: browsers stop a frame or two early. */
const SUPPLY_S_MIN = 0.1;
/** Buffered ranges begin at a frame, the playhead may stand a little before it. */
const RANGE_TOLERANCE_S = 0.05;

/** `loading`: not enough to begin with. `begun`: told to play. `moving`: the picture has moved. */
type PlayheadStage = 'empty' | 'loading' | 'begun' | 'moving';

export interface PlayheadOptions {
  readonly video: HTMLVideoElement;
  /** `false`: the browser finds its start and keeps its distance by itself. */
  readonly isRateOurs: boolean;
  /** Where a source that was loaded is to begin; `undefined`: at the live edge. */
  placeS(): number | undefined;
  /** The place that is live, where the rate is not ours. */
  liveS(): number | undefined;
  onInput(input: ViewerInput): void;
  /** It does not move and will not by itself. */
  onStuck(detail: string): void;
}

/** The media element's playhead: begins at the right place, keeps its distance to the edge, and is seen to stall. */
export class Playhead {
  readonly #options: PlayheadOptions;
  readonly #video: HTMLVideoElement;
  readonly #controller = new LatencyController();
  readonly #stalls = new StallWatch();
  #stage: PlayheadStage = 'empty';
  #loadedAtMs = 0;
  #lastPositionS = 0;
  #isPausedByViewer = false;
  /** Kept at the target; a viewer who pauses may stay behind. */
  #isFollowing = true;
  /** Nothing more will come: what is there is played to its end. */
  #isDraining = false;
  #jumpCount = 0;
  /** Of the place that is live before the time; known on while the edge is to be seen anew. */
  #liveLeadS: number | undefined;
  /** Stands at rate 0 until there is something to go on with. */
  #isHeld = false;
  #seekingSinceMs: number | undefined;
  /** The newest media that a playlist has named; and whether one named more since the playhead last moved. */
  #edgeS = 0;
  #hasEdgeGrown = false;

  constructor(options: PlayheadOptions) {
    this.#options = options;
    this.#video = options.video;
    this.#video.preservesPitch = true;
    this.#video.addEventListener('ended', () => this.#ended());
    this.#video.addEventListener('pause', () => this.#paused());
    this.#video.addEventListener('play', () => {
      this.#isPausedByViewer = false;
      options.onInput('viewer-played');
    });
  }

  /** Another broadcast: the viewer wants to see its edge, whatever was done to the one before. */
  broadcastChanged(): void {
    this.#isFollowing = true;
    this.#isPausedByViewer = false;
  }

  /** A source is being loaded into the element. */
  sourceLoading(nowMs: number): void {
    this.sourceGone();
    this.#stage = 'loading';
    this.#loadedAtMs = nowMs;
  }

  /** The element is being emptied; that it pauses is not the viewer's doing. */
  sourceGone(): void {
    this.#stage = 'empty';
    this.#isDraining = false;
    this.#lastPositionS = 0;
    this.#edgeS = 0;
    this.#hasEdgeGrown = false;
    this.#liveLeadS = undefined;
    this.#isHeld = false;
    this.#seekingSinceMs = undefined;
    this.#controller.sourceChanged();
    this.#setRate(1);
  }

  /** The same source in a new decoder, which starts paused. */
  decoderReplaced(nowMs: number): void {
    this.#stage = 'loading';
    this.#loadedAtMs = nowMs;
  }

  playlistGrew(edgeS: number, timing: StreamTiming, nowMs: number): void {
    if (edgeS > this.#edgeS) this.#hasEdgeGrown = true;
    this.#edgeS = edgeS;
    this.#controller.playlistGrew(edgeS, timing, nowMs);
  }

  noMoreMedia(): void {
    this.#isDraining = true;
  }

  play(): void {
    this.#isPausedByViewer = false;
    // Before that it begins by itself as soon as there is something to play.
    if (this.#stage === 'begun' || this.#stage === 'moving') this.#begin();
  }

  pause(): void {
    this.#video.pause();
  }

  goLive(nowMs: number): void {
    this.#isFollowing = true;
    const toS = this.livePositionS(nowMs);
    if (toS !== undefined && this.#stage === 'moving') this.#video.currentTime = toS;
    if (this.#video.paused) this.play();
  }

  /** To a place behind the live edge, from where it is watched on at its own pace; near to the edge it is going live. */
  seekTo(positionS: number, nowMs: number): void {
    if (this.#stage !== 'begun' && this.#stage !== 'moving') return;
    const liveS = this.livePositionS(nowMs);
    if (liveS !== undefined && positionS > liveS - LIVE_SNAP_S) {
      this.goLive(nowMs);
      return;
    }
    this.#isFollowing = false;
    this.#video.currentTime = positionS;
  }

  /** Where going live leads; `undefined` while nothing is known of the edge. */
  livePositionS(nowMs: number): number | undefined {
    if (!this.#options.isRateOurs) return this.#options.liveS();
    return this.#liveLeadS === undefined ? undefined : this.#liveLeadS + nowMs / 1000;
  }

  /** It is kept at the live edge, and is not where the viewer wanted to be. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Reads the playhead and does what is due; ten times a second. */
  tick(nowMs: number): void {
    if (this.#stage === 'empty') return;
    this.#seeEdge(nowMs);
    const reading = { nowMs, positionS: this.#video.currentTime, bufferedEndS: bufferedEndS(this.#video) };
    if (this.#stage === 'loading') this.#startWhenReady(reading);
    else if (this.#options.isRateOurs) this.#keepDistance(reading);
    this.#watchMotion(reading);
  }

  /** The picture moves, so what the engine says of the frame on screen holds. */
  get isMoving(): boolean {
    return this.#stage === 'moving' && !this.#video.paused && !this.#video.seeking;
  }

  get reading() {
    return {
      ...this.#controller.state,
      isLive: this.#isFollowing && !this.#video.paused && this.#stage === 'moving',
      bufferS: bufferedEndS(this.#video) - this.#video.currentTime,
      stallCount: this.#stalls.stallCount,
      stalledMs: this.#stalls.stalledMs,
      jumpCount: this.#jumpCount,
    };
  }

  #startWhenReady(reading: PlayheadReading): void {
    if (this.#isPausedByViewer) return;
    // Safari loads nothing before it is told to play, and finds the place by itself.
    if (!this.#options.isRateOurs) this.#begin();
    else if (this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.#startAtTarget(reading);
    else this.#leaveGap(reading);
  }

  /** The place to begin at lies in a gap, which hls.js does not load and does not leave before anything was played. */
  #leaveGap({ nowMs, positionS }: PlayheadReading): void {
    const aheadS = nextRangeStartS(this.#video, positionS);
    if (aheadS !== undefined && nowMs - this.#loadedAtMs >= PLACE_MS_MAX) this.#video.currentTime = aheadS;
  }

  #seeEdge(nowMs: number): void {
    const liveS = this.#controller.livePositionS(nowMs);
    if (liveS !== undefined) this.#liveLeadS = liveS - nowMs / 1000;
  }

  #startAtTarget(reading: PlayheadReading): void {
    const placeS = this.#isFollowing ? undefined : this.#options.placeS();
    if (placeS !== undefined) {
      this.#video.currentTime = placeS;
      this.#begin();
      return;
    }
    const start = this.#controller.start(reading);
    if (!start.isReady && !this.#isDraining) return;
    if (start.seekToS !== undefined) this.#video.currentTime = start.seekToS;
    this.#begin();
  }

  #begin(): void {
    if (this.#stage === 'loading') this.#stage = 'begun';
    this.#video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#options.onInput('autoplay-refused');
      // AbortError: another load or a pause came first, and that one decides.
    });
  }

  #keepDistance(reading: PlayheadReading): void {
    if (this.#isStarved(reading)) {
      this.#isHeld = true;
      this.#controller.stands();
      this.#setRate(0);
      return;
    }
    if (this.#isHeld && !this.#resume(reading)) return;
    const { distanceS, targetDistanceS } = this.#controller.observe(reading);
    const isNear = distanceS !== undefined && distanceS - (targetDistanceS ?? 0) < LIVE_TOLERANCE_S;
    // Not while paused: a pause begins at the edge, and ends wherever the viewer wanted to go on.
    if (isNear && !this.#video.paused) this.#isFollowing = true;
    const order = this.#isLed ? this.#controller.follow(reading) : { playbackRate: 1, seekToS: undefined };
    this.#setRate(order.playbackRate);
    this.#jump(order.seekToS);
  }

  /** The controller says where to be. */
  get #isLed(): boolean {
    return this.#isFollowing && !this.#isDraining && !this.#video.paused && !this.#video.seeking;
  }

  /** Whether the picture goes on, which stood until there was something to go on with. */
  #resume(reading: PlayheadReading): boolean {
    const resume = this.#isLed ? this.#controller.resume(reading) : { isReady: true, seekToS: undefined };
    if (!resume.isReady) return false;
    this.#isHeld = false;
    this.#jump(resume.seekToS);
    return true;
  }

  #jump(toS: number | undefined): void {
    if (toS === undefined) return;
    this.#jumpCount += 1;
    this.#video.currentTime = toS;
  }

  /**
   * Where only the picture is late, Chromium plays the sound on for seconds, and drops all pictures that come meanwhile as
   * too late. Held at the last picture, it goes on with the next one. A hole that more follows is the engine's to leave.
   */
  #isStarved({ positionS, bufferedEndS: endS }: PlayheadReading): boolean {
    const isPlaying = this.#stage === 'moving' && !this.#isDraining && !this.#video.paused && !this.#video.seeking;
    // One that stands already may have a frame left, which the browser keeps.
    const leftS = this.#stalls.isStalled ? SUPPLY_S_MIN : 0;
    return isPlaying && endS - positionS <= leftS && nextRangeStartS(this.#video, positionS) === undefined;
  }

  #setRate(rate: number): void {
    if (this.#video.playbackRate !== rate) this.#video.playbackRate = rate;
  }

  #watchMotion({ nowMs, positionS, bufferedEndS: endS }: PlayheadReading): void {
    this.#watchSeek(nowMs);
    const isTold = this.#stage === 'begun' || this.#stage === 'moving';
    const shouldMove = isTold && !this.#video.paused && !this.#video.seeking && !this.#video.ended;
    const hasMoved = shouldMove && positionS > 0 && positionS !== this.#lastPositionS;
    this.#lastPositionS = positionS;
    if (hasMoved) {
      this.#hasEdgeGrown = false;
      this.#stage = 'moving';
      this.#options.onInput('picture-moves');
    }
    // Before anything was seen there is nothing to stand still: that time is start-up, not a stall.
    if (this.#stage !== 'moving') {
      this.#watchStart(nowMs);
      return;
    }
    const hasMedia = this.#hasEdgeGrown || endS - positionS > SUPPLY_S_MIN;
    const news = this.#stalls.step({ nowMs, positionS, shouldMove, hasMedia });
    if (news === 'stalled') this.#stalled(nowMs);
    if (news === 'stuck') this.#options.onStuck('playhead stuck');
  }

  #watchSeek(nowMs: number): void {
    this.#seekingSinceMs = this.#video.seeking ? (this.#seekingSinceMs ?? nowMs) : undefined;
    const isLong = this.#seekingSinceMs !== undefined && nowMs - this.#seekingSinceMs > SEEK_MS_MAX;
    if (isLong && this.#stage === 'moving') this.#options.onInput('picture-stands');
  }

  #watchStart(nowMs: number): void {
    // Told to play and paused all the same: the viewer or the browser holds it, and it may take its time.
    const isHeld = this.#isPausedByViewer || (this.#stage === 'begun' && this.#video.paused);
    if (isHeld) this.#loadedAtMs = nowMs;
    if (nowMs - this.#loadedAtMs <= START_MS_MAX) return;
    this.#loadedAtMs = nowMs;
    this.#options.onStuck('nothing to show');
  }

  #stalled(nowMs: number): void {
    if (this.#isDraining) {
      // Some browsers stop at the last frame and never say that it ended.
      this.#ended();
      return;
    }
    // From behind it says nothing of how late parts come.
    if (this.#isFollowing) this.#controller.stalled(nowMs);
    this.#options.onInput('picture-stands');
  }

  #paused(): void {
    if (this.#video.ended || this.#stage === 'empty' || this.#stage === 'loading') return;
    this.#isFollowing = false;
    this.#isPausedByViewer = true;
    this.#options.onInput('viewer-paused');
  }

  #ended(): void {
    if (this.#stage !== 'empty') this.#options.onInput('broadcast-ended');
  }
}

/** End of the range around the playhead; the playhead itself when there is none. */
function bufferedEndS(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video;
  for (let index = 0; index < buffered.length; index += 1) {
    const endS = buffered.end(index);
    if (buffered.start(index) <= currentTime + RANGE_TOLERANCE_S && endS > currentTime) return endS;
  }
  return currentTime;
}

/** Where the next buffered range after a position begins. */
function nextRangeStartS({ buffered }: HTMLVideoElement, positionS: number): number | undefined {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) > positionS) return buffered.start(index);
  }
  return undefined;
}
