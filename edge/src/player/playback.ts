import { backOffMs } from './back-off.ts';
import type { EdgeTime } from './edge-time.ts';
import { AUDIO_CHOICE, AUTO_CHOICE, type Engine, type EngineEvents, type RenditionChoice } from './engine.ts';
import type { MakeEngine } from './engine-choice.ts';
import { whenFirstFrame } from './first-frame.ts';
import { PlaybackReport } from './playback-report.ts';
import { Playhead } from './playhead.ts';
import { type PlaybackFault, Recovery } from './recovery.ts';
import type { Trouble } from './screen-words.ts';
import type { SeenBroadcast } from './status-reader.ts';
import type { Timeline } from './timeline.ts';
import { UpstreamDelay } from './upstream-delay.ts';
import type { ViewerInput } from './viewer-life.ts';
import type { ViewerReading } from './viewer-report.ts';

/** How often the playhead is read and the rate set. */
const TICK_MS = 100;
const RELOAD_DELAY_MS = 500;
/** What reports have no word of their own for. */
const REPORTED = { codec: 'unsupported', decoder: 'media' } as const satisfies Partial<Record<PlaybackFault, string>>;
/** Broadcasts in a row that came to nothing, from which on that is more than bad luck. */
const TROUBLE_FAILURES_MIN = 2;
/** Kept for whoever asks why it stuttered; the oldest are dropped. */
const TROUBLES_MAX = 12;

export interface PlaybackOptions {
  readonly video: HTMLVideoElement;
  readonly channelUrl: string;
  readonly edgeTime: EdgeTime;
  /** Absent where the browser can play nothing. */
  readonly makeEngine: MakeEngine | undefined;
  onInput(input: ViewerInput): void;
  onRenditions(renditions: readonly RenditionChoice[], hasSound: boolean): void;
  /** After each tick: everything readable has changed. */
  onTick(): void;
}

/** Plays one broadcast at a time: an engine that brings the media, a playhead that is led, and remedies for failures. */
export class Playback {
  readonly #options: PlaybackOptions;
  readonly #engine: Engine | undefined;
  readonly #playhead: Playhead;
  readonly #upstream = new UpstreamDelay();
  readonly #recovery = new Recovery();
  readonly #report = new PlaybackReport();
  #broadcast: SeenBroadcast | undefined;
  #renditions: readonly RenditionChoice[] = [];
  #shownId: string | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #loadTimer: ReturnType<typeof setTimeout> | undefined;
  /** Broadcasts in a row that came to nothing: the next load waits. */
  #failureCount = 0;
  #lastFault: PlaybackFault | undefined;
  #isAudioOnly = false;
  /** What was shown when the source was taken away, for who was not at the live edge. */
  #leftAtMs: number | undefined;
  #firstFrameAtMs: number | undefined;
  #joinedAtMs: number | undefined;
  #recoveryCount = 0;
  #troubles: readonly string[] = [];

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#engine = options.makeEngine?.(options.video, this.#engineEvents());
    this.#playhead = new Playhead({
      video: options.video,
      isRateOurs: this.#engine?.isRateOurs ?? false,
      placeS: () => (this.#leftAtMs === undefined ? undefined : this.#engine?.positionSAt(this.#leftAtMs)),
      liveS: () => this.#engine?.seekableEndS,
      onInput: (input) => {
        if (input === 'picture-moves') this.#failureCount = 0;
        options.onInput(input);
      },
      onStuck: (detail) => this.#remedy('stuck', detail),
    });
  }

  get canPlay(): boolean {
    return this.#engine !== undefined;
  }

  load(broadcast: SeenBroadcast): void {
    this.#recovery.forget();
    this.#playhead.broadcastChanged();
    this.#joinedAtMs = Date.now();
    this.#firstFrameAtMs = undefined;
    this.#broadcast = broadcast;
    this.#leftAtMs = undefined;
    this.#report.begin(this.#reportUrl(broadcast));
    if (this.#failureCount === 0) this.#loadSource();
    else this.#loadAfter(backOffMs(this.#failureCount, Math.random()));
  }

  unload(): void {
    this.#emptySource();
    this.#report.end();
    this.#broadcast = undefined;
    this.#renditions = [];
    this.#shownId = undefined;
    this.#options.onRenditions([], true);
    this.#options.onTick();
  }

  /** A broadcast is on that this browser cannot play. */
  cannotPlay(broadcast: SeenBroadcast): void {
    this.#report.begin(this.#reportUrl(broadcast));
    this.#report.failed('unsupported');
    this.#report.end();
  }

  play(): void {
    if (this.#broadcast !== undefined) this.#playhead.play();
  }

  pause(): void {
    this.#playhead.pause();
  }

  goLive(): void {
    if (this.#broadcast !== undefined) this.#playhead.goLive(performance.now());
  }

  /** To what was shown at that time, in epoch milliseconds; no further back than there is something. */
  seekTo(dateMs: number): void {
    const engine = this.#engine;
    const positionS = engine?.positionSAt(Math.max(dateMs, this.timeline?.startMs ?? dateMs));
    if (this.#broadcast !== undefined && positionS !== undefined) this.#playhead.seekTo(positionS, performance.now());
  }

  /** What can be sought; `undefined` while that is not known. */
  get timeline(): Timeline | undefined {
    const engine = this.#engine;
    const startS = engine?.seekableStartS;
    const liveS = this.#playhead.livePositionS(performance.now());
    if (this.#broadcast === undefined || engine === undefined || startS === undefined || liveS === undefined)
      return undefined;
    const playingMs = engine.dateMsAt(this.#options.video.currentTime);
    const [startMs, liveMs] = [engine.dateMsAt(startS), engine.dateMsAt(liveS)];
    if (startMs === undefined || liveMs === undefined || playingMs === undefined) return undefined;
    return { startMs: Math.min(startMs, liveMs), liveMs, playingMs };
  }

  /** A rendition's id, AUTO_CHOICE, or AUDIO_CHOICE: then nothing of a picture is loaded any more. */
  choose(choice: string): void {
    const isAudioOnly = choice === AUDIO_CHOICE;
    if (!isAudioOnly) this.#engine?.choose(choice);
    if (isAudioOnly === this.#isAudioOnly) return;
    this.#isAudioOnly = isAudioOnly;
    if (this.#broadcast === undefined) return;
    this.#options.onInput('source-changes');
    this.#loadSource();
  }

  /** Loads the same broadcast anew, and at once. */
  retry(): void {
    this.#recovery.forget();
    this.#options.onInput('source-changes');
    this.#loadSource();
  }

  /** Why nothing of it is to be seen, where that was tried again and again. */
  get trouble(): Trouble | undefined {
    if (this.#failureCount < TROUBLE_FAILURES_MIN) return undefined;
    return this.#lastFault === 'media' || this.#lastFault === 'decoder' ? 'media' : 'other';
  }

  /** The browser plays such streams, and cannot decode this one. */
  get lacksCodec(): boolean {
    return this.#lastFault === 'codec';
  }

  get isAudioOnly(): boolean {
    return this.#isAudioOnly;
  }

  get choice(): string {
    if (this.#isAudioOnly) return AUDIO_CHOICE;
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
    const { distanceS, targetDistanceS, marginS, bufferS, ...playhead } = this.#playhead.reading;
    const edgeDistanceMs = secondsToMs(distanceS);
    const targetDistanceMs = secondsToMs(targetDistanceS);
    return {
      ...playhead,
      engine: this.#engine?.kind,
      latencyMs: this.#latencyMs() ?? edgeDistanceMs,
      targetLatencyMs: targetDistanceMs === undefined ? undefined : targetDistanceMs + (this.#upstream.averageMs ?? 0),
      edgeDistanceMs,
      marginMs: marginS * 1000,
      bufferMs: bufferS * 1000,
      recoveryCount: this.#recoveryCount,
      troubles: this.#troubles,
      bitrateBps: this.#engine?.mediaBps ?? this.shownRendition?.bitrateBps,
      bandwidthBps: this.#engine?.bandwidthBps,
      joinedAtMs: this.#joinedAtMs,
      firstFrameAtMs: this.#firstFrameAtMs,
    };
  }

  #engineEvents(): EngineEvents {
    return {
      onRenditions: (renditions, hasSound) => {
        // Of the sound alone there is nothing to choose from; what it was chosen among stays.
        if (this.#isAudioOnly) return;
        this.#renditions = renditions;
        this.#options.onRenditions(renditions, hasSound);
      },
      onRenditionShown: (id) => {
        this.#shownId = id;
      },
      onPlaylistGrew: (edgeS, timing) => this.#playhead.playlistGrew(edgeS, timing, performance.now()),
      onFault: (fault, detail) => this.#remedy(fault, detail),
      onHiccup: (detail) => this.#note(detail),
      onNoMoreMedia: () => this.#playhead.noMoreMedia(),
    };
  }

  #loadSource(): void {
    const broadcast = this.#broadcast;
    if (broadcast === undefined || this.#engine === undefined) return;
    this.#emptySource();
    this.#playhead.sourceLoading(performance.now());
    const { channelUrl } = this.#options;
    this.#engine.load({ channelUrl, broadcastId: broadcast.broadcastId, isAudioOnly: this.#isAudioOnly });
    whenFirstFrame(this.#options.video, () => {
      if (this.#broadcast === broadcast) this.#firstFrameAtMs ??= Date.now();
    });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  #loadAfter(delayMs: number): void {
    clearTimeout(this.#loadTimer);
    this.#loadTimer = setTimeout(() => this.#loadSource(), delayMs);
  }

  #emptySource(): void {
    clearTimeout(this.#loadTimer);
    clearInterval(this.#ticker);
    if (!this.#playhead.isFollowing) this.#leftAtMs = this.timeline?.playingMs ?? this.#leftAtMs;
    this.#playhead.sourceGone();
    this.#upstream.forget();
    this.#engine?.unload();
  }

  #tick(): void {
    this.#playhead.tick(performance.now());
    const latencyMs = this.#latencyMs();
    const distanceMs = secondsToMs(this.#playhead.reading.distanceS);
    if (this.#playhead.isMoving && latencyMs !== undefined && distanceMs !== undefined) {
      this.#upstream.add(latencyMs, distanceMs);
    }
    this.#report.read(this.#viewerReading(latencyMs), this.#startupMs);
    this.#options.onTick();
  }

  #viewerReading(latencyMs: number | undefined): ViewerReading {
    const { isLive, bufferS, stallCount, stalledMs } = this.#playhead.reading;
    const { video } = this.#options;
    return {
      latencyMs,
      isMoving: this.#playhead.isMoving,
      stallCount,
      stalledMs,
      renditionId: this.#shownId,
      bufferMs: bufferS * 1000,
      bitrateBps: this.#engine?.mediaBps ?? this.shownRendition?.bitrateBps,
      droppedFrames: video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0,
      engine: this.#engine?.kind,
      isLive,
    };
  }

  get #startupMs(): number | undefined {
    const [joinedAtMs, firstFrameAtMs] = [this.#joinedAtMs, this.#firstFrameAtMs];
    return joinedAtMs === undefined || firstFrameAtMs === undefined ? undefined : firstFrameAtMs - joinedAtMs;
  }

  #reportUrl({ broadcastId }: SeenBroadcast): string {
    return `${this.#options.channelUrl}/${broadcastId}/report`;
  }

  #remedy(fault: PlaybackFault, detail: string): void {
    this.#note(`${fault}: ${detail}`);
    this.#lastFault = fault;
    this.#recoveryCount += 1;
    const remedy = this.#recovery.remedyFor(fault, performance.now());
    switch (remedy) {
      case 'restart-load':
        clearTimeout(this.#loadTimer);
        this.#loadTimer = setTimeout(() => this.#engine?.restartLoad(), RELOAD_DELAY_MS);
        return;
      case 'recover-media':
      case 'swap-audio-codec':
        this.#playhead.decoderReplaced(performance.now());
        this.#engine?.recoverMedia({ swapAudioCodec: remedy === 'swap-audio-codec' });
        return;
      case 'reload':
        this.#options.onInput('picture-stands');
        this.#emptySource();
        this.#loadAfter(RELOAD_DELAY_MS);
        return;
      case 'give-up':
        this.#failureCount += 1;
        this.#report.failed(fault === 'codec' || fault === 'decoder' ? REPORTED[fault] : fault);
        this.#options.onInput(fault === 'codec' ? 'cannot-play' : 'playback-failed');
    }
  }

  #note(trouble: string): void {
    const afterS = ((Date.now() - (this.#joinedAtMs ?? Date.now())) / 1000).toFixed(1);
    this.#troubles = [...this.#troubles, `${afterS} s ${trouble}`].slice(-TROUBLES_MAX);
  }

  #latencyMs(): number | undefined {
    const edgeNowMs = this.#options.edgeTime.nowMs;
    const playingMs = this.#engine?.playingDateMs;
    return edgeNowMs === undefined || playingMs === undefined ? undefined : edgeNowMs - playingMs;
  }
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
