import type { SeenRecording } from './about-reader.ts';
import { AUDIO_CHOICE, AUTO_CHOICE, type RenditionChoice } from './engine.ts';
import { whenFirstFrame } from './first-frame.ts';
import type { RecordedEngine, RecordedEvents } from './recorded-engine.ts';
import type { MakeRecordedEngine } from './recorded-engine-choice.ts';
import type { RecordedInput } from './recorded-life.ts';
import { type PlaybackFault, Recovery } from './recovery.ts';
import type { Timeline } from './timeline.ts';

const RELOAD_DELAY_MS = 1_000;
/** Kept for whoever asks why it failed; the oldest are dropped. */
const TROUBLES_MAX = 12;

export interface RecordedPlaybackOptions {
  readonly video: HTMLVideoElement;
  /** Without a `/` at its end: `https://…/vod/{broadcastId}`. */
  readonly url: string;
  readonly makeEngine: MakeRecordedEngine;
  onInput(input: RecordedInput): void;
  onRenditions(renditions: readonly RenditionChoice[], hasSound: boolean): void;
}

/** Plays a recording: the media element leads, and what fails is loaded anew from where it was. */
export class RecordedPlayback {
  readonly #options: RecordedPlaybackOptions;
  readonly #video: HTMLVideoElement;
  readonly #engine: RecordedEngine;
  readonly #recovery = new Recovery();
  #about: SeenRecording | undefined;
  #renditions: readonly RenditionChoice[] = [];
  #shownId: string | undefined;
  #isAudioOnly = false;
  /** The element is being emptied or filled: that it pauses then is not the viewer's doing. */
  #isLoading = false;
  #isPausedByViewer = false;
  #lastFault: PlaybackFault | undefined;
  #troubles: readonly string[] = [];
  #reloadTimer: ReturnType<typeof setTimeout> | undefined;
  #stallCount = 0;
  #firstFrameAtMs: number | undefined;
  #joinedAtMs: number | undefined;

  constructor(options: RecordedPlaybackOptions) {
    this.#options = options;
    this.#video = options.video;
    this.#engine = options.makeEngine(options.video, this.#engineEvents());
    this.#listen();
  }

  /** What the edge tells of it; plays from where that says. */
  load(about: SeenRecording): void {
    this.#about = about;
    this.#joinedAtMs ??= Date.now();
    this.#loadFrom(this.#video.currentTime > 0 ? this.#video.currentTime : this.#startS);
  }

  unload(): void {
    this.#isLoading = true;
    clearTimeout(this.#reloadTimer);
    this.#engine.unload();
  }

  play(): void {
    this.#isPausedByViewer = false;
    // Browsers begin at 0 again, a clip where it was asked for.
    if (this.#video.ended) this.#video.currentTime = this.#startS;
    this.#video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#options.onInput('autoplay-refused');
      // AbortError: another load or a pause came first, and that one decides.
    });
  }

  pause(): void {
    this.#video.pause();
  }

  playFromStart(): void {
    this.#video.currentTime = this.#startS;
    this.play();
  }

  seekTo(dateMs: number): void {
    if (this.#about === undefined || this.#isLoading) return;
    const positionS = (dateMs - this.#about.fromMs) / 1_000;
    this.#video.currentTime = Math.min(this.durationS, Math.max(0, positionS));
  }

  get timeline(): Timeline | undefined {
    if (this.#about === undefined) return undefined;
    const { fromMs } = this.#about;
    return {
      startMs: fromMs,
      liveMs: fromMs + this.durationS * 1_000,
      playingMs: fromMs + this.#video.currentTime * 1_000,
    };
  }

  /** As its media says; before that, as the edge does. */
  get durationS(): number {
    const { duration } = this.#video;
    if (Number.isFinite(duration) && duration > 0) return duration;
    return this.#about === undefined ? 0 : (this.#about.toMs - this.#about.fromMs) / 1_000;
  }

  /** A rendition's id, AUTO_CHOICE, or AUDIO_CHOICE: then nothing of a picture is loaded any more. */
  choose(choice: string): void {
    const isAudioOnly = choice === AUDIO_CHOICE;
    if (!isAudioOnly) this.#engine.choose(choice);
    if (isAudioOnly === this.#isAudioOnly) return;
    this.#isAudioOnly = isAudioOnly;
    if (this.#about !== undefined) this.retry();
  }

  /** Loads it anew, at once and from where it is. */
  retry(): void {
    this.#recovery.forget();
    this.#options.onInput('source-changes');
    this.#loadFrom(this.#video.currentTime);
  }

  get choice(): string {
    return this.#isAudioOnly ? AUDIO_CHOICE : (this.#engine.choice ?? AUTO_CHOICE);
  }

  get reading() {
    return {
      about: this.#about,
      engine: this.#engine.kind,
      isAudioOnly: this.#isAudioOnly,
      renditions: this.#renditions,
      shown: this.#renditions.find(({ id }) => id === this.#shownId),
      bandwidthBps: this.#engine.bandwidthBps,
      lacksCodec: this.#lastFault === 'codec',
      stallCount: this.#stallCount,
      troubles: this.#troubles,
      joinedAtMs: this.#joinedAtMs,
      firstFrameAtMs: this.#firstFrameAtMs,
      bufferS: bufferedEndS(this.#video) - this.#video.currentTime,
    };
  }

  get #startS(): number {
    return (this.#about?.startOffsetMs ?? 0) / 1_000;
  }

  #engineEvents(): RecordedEvents {
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
      onFault: (fault, detail) => this.#remedy(fault, detail),
      onHiccup: (detail) => this.#note(detail),
    };
  }

  #listen(): void {
    const video = this.#video;
    const { onInput } = this.#options;
    video.preservesPitch = true;
    video.addEventListener('loadeddata', () => this.#loaded());
    video.addEventListener('timeupdate', () => this.#isLoading || video.paused || onInput('picture-moves'));
    video.addEventListener('seeked', () => this.#isLoading || onInput('picture-moves'));
    video.addEventListener('waiting', () => this.#waits());
    video.addEventListener('ended', () => onInput('came-to-end'));
    video.addEventListener('pause', () => this.#paused());
    video.addEventListener('play', () => {
      this.#isPausedByViewer = false;
      onInput('viewer-played');
    });
  }

  #loadFrom(startS: number): void {
    clearTimeout(this.#reloadTimer);
    this.#isLoading = true;
    this.#engine.load({ url: this.#options.url, startS, isAudioOnly: this.#isAudioOnly });
    whenFirstFrame(this.#video, () => {
      this.#firstFrameAtMs ??= Date.now();
    });
  }

  #loaded(): void {
    this.#isLoading = false;
    if (!this.#isPausedByViewer) this.play();
  }

  #waits(): void {
    if (this.#isLoading) return;
    if (!this.#video.seeking) this.#stallCount += 1;
    this.#options.onInput('picture-stands');
  }

  #paused(): void {
    if (this.#isLoading || this.#video.ended) return;
    this.#isPausedByViewer = true;
    this.#options.onInput('viewer-paused');
  }

  #remedy(fault: PlaybackFault, detail: string): void {
    this.#note(`${fault}: ${detail}`);
    this.#lastFault = fault;
    const remedy = this.#recovery.remedyFor(fault, performance.now());
    if (remedy === 'give-up') {
      this.#options.onInput(fault === 'codec' ? 'cannot-play' : 'playback-failed');
      return;
    }
    this.#options.onInput('picture-stands');
    const fromS = this.#video.currentTime;
    clearTimeout(this.#reloadTimer);
    this.#reloadTimer = setTimeout(() => this.#loadFrom(fromS), RELOAD_DELAY_MS);
  }

  #note(trouble: string): void {
    this.#troubles = [...this.#troubles, trouble].slice(-TROUBLES_MAX);
  }
}

function bufferedEndS({ buffered, currentTime }: HTMLVideoElement): number {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime && buffered.end(index) > currentTime) return buffered.end(index);
  }
  return currentTime;
}
