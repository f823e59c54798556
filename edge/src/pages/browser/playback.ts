import { backOffMs } from './back-off.ts';
import type { EdgeTime } from './edge-time.ts';
import { AUTO_CHOICE, type Engine, type EngineEvents, type RenditionChoice } from './engine.ts';
import { HlsEngine } from './hls-engine.ts';
import { LatencyController, type PlayheadReading, type StreamTiming } from './latency-controller.ts';
import { NativeEngine } from './native-engine.ts';
import { type PlaybackFault, Recovery } from './recovery.ts';
import { StallWatch } from './stall-watch.ts';
import type { SeenBroadcast } from './status-reader.ts';
import type { ViewerInput } from './viewer-life.ts';

/** How often the playhead is read and the rate set. */
const TICK_MS = 100;
/** Closer to the target than this is live again, however the viewer got there. */
const LIVE_TOLERANCE_S = 1;
/** The way from the camera to the playlist changes slowly; this much of each reading goes into its average. */
const UPSTREAM_WEIGHT = 0.1;
const RELOAD_DELAY_MS = 500;
/** A broadcast that shows nothing for this long after its load is not going to. */
const START_MS_MAX = 10_000;
/** Kept for whoever asks why it stuttered; the oldest are dropped. */
const TROUBLES_MAX = 12;

export interface PlaybackOptions {
  readonly video: HTMLVideoElement;
  readonly channelUrl: string;
  readonly edgeTime: EdgeTime;
  onInput(input: ViewerInput): void;
  onRenditions(renditions: readonly RenditionChoice[]): void;
  /** After each tick: everything readable has changed. */
  onTick(): void;
}

/** Plays one broadcast at a time in the media element, keeps its distance to the edge and gets over failures. */
export class Playback {
  readonly #options: PlaybackOptions;
  readonly #video: HTMLVideoElement;
  readonly #engine: Engine | undefined;
  readonly #controller = new LatencyController();
  readonly #stalls = new StallWatch();
  readonly #recovery = new Recovery();
  #broadcast: SeenBroadcast | undefined;
  #renditions: readonly RenditionChoice[] = [];
  #shownId: string | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #loadTimer: ReturnType<typeof setTimeout> | undefined;
  /** Loads in a row that came to nothing: the next one waits. */
  #failedLoads = 0;
  #loadedAtMs = 0;
  /** The picture has moved since this load. */
  #hasMoved = false;
  #lastPositionS = 0;
  /** play() was called since this load. */
  #hasBegun = false;
  #isPausedByViewer = false;
  #isFollowing = true;
  #isDraining = false;
  #upstreamMs: number | undefined;
  #firstFrameAtMs: number | undefined;
  #joinedAtMs: number | undefined;
  #jumpCount = 0;
  #recoveryCount = 0;
  #troubles: readonly string[] = [];

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#video = options.video;
    this.#engine = chooseEngine(options.video, this.#engineEvents());
    this.#video.addEventListener('ended', () => this.#ended());
    this.#video.addEventListener('pause', () => this.#paused());
    this.#video.addEventListener('play', () => {
      this.#isPausedByViewer = false;
      options.onInput('viewer-played');
    });
    this.#video.preservesPitch = true;
  }

  get canPlay(): boolean {
    return this.#engine !== undefined;
  }

  load(broadcast: SeenBroadcast): void {
    this.#recovery.forget();
    this.#joinedAtMs = Date.now();
    this.#firstFrameAtMs = undefined;
    this.#isFollowing = true;
    this.#isPausedByViewer = false;
    this.#broadcast = broadcast;
    clearTimeout(this.#loadTimer);
    const delayMs = this.#failedLoads === 0 ? 0 : backOffMs(this.#failedLoads, Math.random());
    this.#loadTimer = setTimeout(() => this.#loadSource(), delayMs);
  }

  unload(): void {
    clearTimeout(this.#loadTimer);
    clearInterval(this.#ticker);
    this.#engine?.unload();
    this.#broadcast = undefined;
    this.#hasBegun = false;
    this.#renditions = [];
    this.#shownId = undefined;
    this.#options.onRenditions([]);
    this.#controller.sourceChanged();
    this.#video.playbackRate = 1;
    this.#options.onTick();
  }

  /** The viewer wants it to play: from a gesture, so it may begin with sound. */
  play(): void {
    this.#isPausedByViewer = false;
    // Otherwise it begins by itself as soon as there is something to play.
    if (this.#broadcast !== undefined && this.#hasBegun) this.#begin();
  }

  pause(): void {
    this.#video.pause();
  }

  goLive(): void {
    this.#isFollowing = true;
    const toS = this.#controller.livePositionS(performance.now());
    if (toS !== undefined && this.#hasBegun) this.#seek(toS);
    if (this.#video.paused) this.play();
  }

  choose(choice: string): void {
    this.#engine?.choose(choice);
  }

  get choice(): string {
    return this.#engine?.choice ?? AUTO_CHOICE;
  }

  get renditions(): readonly RenditionChoice[] {
    return this.#renditions;
  }

  get shownRendition(): RenditionChoice | undefined {
    return this.#renditions.find(({ id }) => id === this.#shownId);
  }

  get broadcast(): SeenBroadcast | undefined {
    return this.#broadcast;
  }

  /** Everything that can be measured, at this moment. */
  get reading() {
    const { distanceS, targetDistanceS, marginS } = this.#controller.state;
    const latencyMs = this.#latencyMs();
    return {
      engine: this.#engine?.kind,
      isLive: this.#isFollowing && !this.#video.paused,
      latencyMs: latencyMs ?? secondsToMs(distanceS),
      targetLatencyMs: targetDistanceS === undefined ? undefined : targetDistanceS * 1000 + (this.#upstreamMs ?? 0),
      edgeDistanceMs: secondsToMs(distanceS),
      marginMs: marginS * 1000,
      bufferMs: (bufferedEndS(this.#video) - this.#video.currentTime) * 1000,
      playbackRate: this.#video.playbackRate,
      stallCount: this.#stalls.stallCount,
      stalledMs: this.#stalls.stalledMs,
      jumpCount: this.#jumpCount,
      recoveryCount: this.#recoveryCount,
      troubles: this.#troubles,
      bandwidthBps: this.#engine?.bandwidthBps,
      joinedAtMs: this.#joinedAtMs,
      firstFrameAtMs: this.#firstFrameAtMs,
    };
  }

  #engineEvents(): EngineEvents {
    return {
      onRenditions: (renditions) => {
        this.#renditions = renditions;
        this.#options.onRenditions(renditions);
      },
      onRenditionShown: (id) => {
        this.#shownId = id;
      },
      onPlaylistGrew: (edgeS: number, timing: StreamTiming) =>
        this.#controller.playlistGrew(edgeS, timing, performance.now()),
      onFault: (fault, detail) => this.#remedy(fault, detail),
      onHiccup: (detail) => this.#note(detail),
      onNoMoreMedia: () => {
        this.#isDraining = true;
      },
    };
  }

  #loadSource(): void {
    const broadcast = this.#broadcast;
    if (broadcast === undefined || this.#engine === undefined) return;
    clearTimeout(this.#loadTimer);
    this.#hasBegun = false;
    this.#isDraining = false;
    this.#hasMoved = false;
    this.#loadedAtMs = performance.now();
    this.#lastPositionS = 0;
    this.#upstreamMs = undefined;
    this.#controller.sourceChanged();
    // The query keeps a copy of the previous broadcast's playlist, which a browser may hold, out of the way.
    const url = `${this.#options.channelUrl}/index.m3u8?broadcast=${broadcast.broadcastId}`;
    this.#engine.load({ url, broadcastId: broadcast.broadcastId });
    this.#noteFirstFrame(broadcast);
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  #noteFirstFrame(broadcast: SeenBroadcast): void {
    const note = () => {
      if (this.#broadcast === broadcast) this.#firstFrameAtMs ??= Date.now();
    };
    // Firefox had no requestVideoFrameCallback before 132; there the first decoded frame has to do.
    const video: HTMLVideoElement & { requestVideoFrameCallback?: unknown } = this.#video;
    if (typeof video.requestVideoFrameCallback === 'function') this.#video.requestVideoFrameCallback(note);
    else this.#video.addEventListener('loadeddata', note, { once: true });
  }

  #tick(): void {
    const reading = {
      nowMs: performance.now(),
      positionS: this.#video.currentTime,
      bufferedEndS: bufferedEndS(this.#video),
    };
    if (!this.#hasBegun) this.#startWhenReady(reading);
    else this.#keepDistance(reading);
    this.#noteUpstream();
    this.#watchForStalls(reading);
    this.#options.onTick();
  }

  #startWhenReady(reading: PlayheadReading): void {
    if (this.#isPausedByViewer) return;
    if (this.#engine?.isRateOurs === false) {
      // The browser finds the place to start; Safari loads nothing before it is told to play.
      this.#begin();
      return;
    }
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const start = this.#controller.start(reading);
    if (!start.isReady && !this.#isDraining) return;
    if (start.seekToS !== undefined) this.#video.currentTime = start.seekToS;
    this.#begin();
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#options.onInput('autoplay-refused');
      // AbortError: another load or a pause came first, and that one decides.
    });
  }

  #keepDistance(reading: PlayheadReading): void {
    const { distanceS, targetDistanceS } = this.#controller.observe(reading);
    if (distanceS === undefined || targetDistanceS === undefined || this.#engine?.isRateOurs === false) return;
    // Not while paused: a pause begins at the edge, and ends wherever the viewer wanted to go on.
    if (!this.#video.paused && distanceS - targetDistanceS < LIVE_TOLERANCE_S) this.#isFollowing = true;
    const isFree = this.#isFollowing && !this.#isDraining && !this.#video.paused && !this.#video.seeking;
    const order = isFree ? this.#controller.follow(reading) : { playbackRate: 1, seekToS: undefined };
    this.#setRate(order.playbackRate);
    if (order.seekToS !== undefined) {
      this.#jumpCount += 1;
      this.#seek(order.seekToS);
    }
  }

  #setRate(rate: number): void {
    if (this.#video.playbackRate !== rate) this.#video.playbackRate = rate;
  }

  #seek(toS: number): void {
    this.#video.currentTime = toS;
  }

  #watchForStalls({ nowMs, positionS }: PlayheadReading): void {
    const shouldMove = this.#hasBegun && !this.#video.paused && !this.#video.seeking && !this.#video.ended;
    const isMoving = shouldMove && positionS > 0 && positionS !== this.#lastPositionS;
    this.#lastPositionS = positionS;
    if (isMoving) {
      this.#hasMoved = true;
      this.#failedLoads = 0;
      this.#options.onInput('picture-moves');
    }
    // Before anything was seen there is nothing to stand still: that time is start-up, not a stall.
    if (!this.#hasMoved) {
      this.#watchStart(nowMs);
      return;
    }
    const news = this.#stalls.step({ nowMs, positionS, shouldMove });
    if (news === 'stalled') this.#stalled(nowMs);
    if (news === 'stuck') this.#remedy('stuck', 'playhead stuck');
  }

  #watchStart(nowMs: number): void {
    // Paused after it began: the viewer or the browser does not want it to play, and it may take its time.
    const isHeld = this.#isPausedByViewer || (this.#hasBegun && this.#video.paused);
    if (isHeld) this.#loadedAtMs = nowMs;
    else if (nowMs - this.#loadedAtMs > START_MS_MAX) this.#remedy('stuck', 'nothing to show');
  }

  #stalled(nowMs: number): void {
    if (this.#isDraining) {
      this.#ended();
      return;
    }
    this.#controller.stalled(nowMs);
    this.#options.onInput('picture-stands');
  }

  #remedy(fault: PlaybackFault, detail: string): void {
    this.#note(`${fault}: ${detail}`);
    this.#recoveryCount += 1;
    const remedy = this.#recovery.remedyFor(fault, performance.now());
    switch (remedy) {
      case 'restart-load':
        this.#loadTimer = setTimeout(() => this.#engine?.restartLoad(), RELOAD_DELAY_MS);
        return;
      case 'recover-media':
      case 'swap-audio-codec':
        // The new decoder starts paused: begin as after a load.
        this.#hasBegun = false;
        this.#engine?.recoverMedia({ swapAudioCodec: remedy === 'swap-audio-codec' });
        return;
      case 'reload':
        this.#options.onInput('picture-stands');
        clearInterval(this.#ticker);
        // An element that is emptied pauses; that is not the viewer.
        this.#hasBegun = false;
        this.#engine?.unload();
        this.#loadTimer = setTimeout(() => this.#loadSource(), RELOAD_DELAY_MS);
        return;
      case 'give-up':
        this.#failedLoads += 1;
        this.#options.onInput('playback-failed');
    }
  }

  #note(trouble: string): void {
    const afterS = ((Date.now() - (this.#joinedAtMs ?? Date.now())) / 1000).toFixed(1);
    this.#troubles = [...this.#troubles, `${afterS} s ${trouble}`].slice(-TROUBLES_MAX);
  }

  #paused(): void {
    if (this.#video.ended || !this.#hasBegun) return;
    this.#isFollowing = false;
    this.#isPausedByViewer = true;
    this.#options.onInput('viewer-paused');
  }

  #ended(): void {
    if (this.#broadcast !== undefined) this.#options.onInput('broadcast-ended');
  }

  #latencyMs(): number | undefined {
    const edgeNowMs = this.#options.edgeTime.nowMs;
    const playingMs = this.#engine?.playingDateMs;
    return edgeNowMs === undefined || playingMs === undefined ? undefined : edgeNowMs - playingMs;
  }

  #noteUpstream(): void {
    const latencyMs = this.#latencyMs();
    const { distanceS } = this.#controller.state;
    // Until it plays, the engine does not know which frame is shown.
    if (latencyMs === undefined || distanceS === undefined || this.#video.paused || this.#video.seeking) return;
    if (this.#video.played.length === 0) return;
    const upstreamMs = latencyMs - distanceS * 1000;
    this.#upstreamMs =
      this.#upstreamMs === undefined
        ? upstreamMs
        : this.#upstreamMs + UPSTREAM_WEIGHT * (upstreamMs - this.#upstreamMs);
  }
}

function chooseEngine(video: HTMLVideoElement, events: EngineEvents): Engine | undefined {
  if (HlsEngine.isSupported) return new HlsEngine(video, events);
  return NativeEngine.isSupportedBy(video) ? new NativeEngine(video, events) : undefined;
}

/** End of the range around the playhead; the playhead itself when there is none. */
function bufferedEndS(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video;
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime + 0.05 && buffered.end(index) > currentTime) return buffered.end(index);
  }
  return currentTime;
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
