import type { SeenRecording } from './about-reader.ts';
import { type AboutNews, AboutWatch } from './about-watch.ts';
import { AutoHide } from './auto-hide.ts';
import { Controls } from './controls.ts';
import { AUTO_CHOICE } from './engine.ts';
import { HelpDialog } from './help-dialog.ts';
import type { KeyAction } from './keyboard.ts';
import { LaterControls } from './later-controls.ts';
import { elementIn, setText } from './page-elements.ts';
import { Poster } from './poster.ts';
import { QualityMenu } from './quality-menu.ts';
import { chooseRecordedEngine } from './recorded-engine-choice.ts';
import { isAskingRecorded, nextRecordedState, type RecordedInput, type RecordedState } from './recorded-life.ts';
import { RecordedPlayback } from './recorded-playback.ts';
import { recordedSnapshot } from './recorded-snapshot.ts';
import type { Reach, ScreenFacts } from './screen-words.ts';
import type { ShownPlayer } from './shown-player.ts';
import type { Snapshot } from './snapshot.ts';
import { SoundStage } from './sound-stage.ts';
import { SpeedMenu } from './speed-menu.ts';
import { StageScreen } from './stage-screen.ts';
import { thumbnailUrl } from './storyboard.ts';
import { TimePreview } from './time-preview.ts';
import { TimeSlider } from './time-slider.ts';
import type { Timeline } from './timeline.ts';
import { listenToViewer } from './viewer-input.ts';
import { elapsed, spokenTime } from './wording.ts';

const TICK_MS = 200;
/** A picture that stands for longer wants words; for the first one people wait longer. */
const LONG_MS = { waiting: 5_000, joining: 12_000 } as const;

export interface RecordedViewOptions {
  /** Has the player's markup in it. */
  readonly root: ShadowRoot;
  readonly kind: 'recording' | 'clip';
  /** A broadcast's, or a clip's. */
  readonly id: string;
  /** What all addresses are below, with a slash at its end: the edge, or a playback token of it. */
  readonly baseUrl: URL;
  /** In the stead of what the browser would do best with. */
  readonly engine: string | null;
  /** Keys pressed anywhere are the player's, and not only those pressed in it. */
  readonly takesAllKeys: boolean;
  /** The state has changed. */
  onState(state: RecordedState): void;
  /** The module that plays did not come. */
  onLoadFailed(): void;
}

/** A player of a recording or a clip in its shadow tree. */
export class RecordedView implements ShownPlayer {
  readonly #options: RecordedViewOptions;
  readonly #end = new AbortController();
  readonly #startedAtMs = Date.now();
  readonly #video: HTMLVideoElement;
  readonly #stage: HTMLElement;
  readonly #clock: HTMLElement;
  readonly #help: HelpDialog;
  readonly #about: AboutWatch;
  readonly #screen: StageScreen;
  readonly #quality: QualityMenu;
  readonly #later: LaterControls;
  readonly #speed: SpeedMenu;
  readonly #controls: Controls;
  readonly #slider: TimeSlider;
  readonly #sound: SoundStage;
  readonly #autoHide: AutoHide;
  #poster: Poster | undefined;
  #playback: RecordedPlayback | undefined;
  #state: RecordedState = 'asking';
  #refusal: string | undefined;
  #reach: Reach = 'silent';
  #waitTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RecordedViewOptions) {
    this.#options = options;
    const { root, baseUrl } = options;
    const { signal } = this.#end;
    this.#video = elementIn(root, 'video', HTMLVideoElement);
    this.#stage = elementIn(root, 'stage', HTMLElement);
    this.#clock = elementIn(root, 'clock', HTMLElement);
    this.#help = new HelpDialog(root);
    const hasLink = baseUrl.pathname.includes('/t/');
    const onNews = (news: AboutNews) => this.#hear(news);
    this.#about = new AboutWatch({ url: `${this.#url}/about.json`, signal, hasLink, onNews });
    this.#screen = new StageScreen(root, { retry: () => this.#retry(), play: () => this.play() });
    this.#quality = new QualityMenu(root, signal, (choice) => this.#playback?.choose(choice));
    this.#later = new LaterControls(root, this.#video, signal);
    this.#speed = new SpeedMenu(root, this.#video, signal);
    this.#controls = new Controls(root, signal, { play: () => this.play(), pause: () => this.pause() });
    this.#slider = this.#timeSlider();
    this.#sound = new SoundStage(root, () => this.#pictureUrl);
    this.#autoHide = new AutoHide(this.#stage, () => this.#mayHideControls);
    this.#listen();
    void this.#begin();
  }

  get state(): RecordedState {
    return this.#state;
  }

  play(): void {
    this.#playback?.play();
  }

  pause(): void {
    this.#playback?.pause();
  }

  goLive(): void {
    this.#playback?.playFromStart();
  }

  seekTo(dateMs: number): void {
    this.#playback?.seekTo(dateMs);
    this.#refresh();
  }

  get timeline(): Timeline | undefined {
    return this.#playback?.timeline;
  }

  toggleHelp(): void {
    this.#help.toggle();
  }

  snapshot(): Snapshot {
    return recordedSnapshot({
      state: this.#state,
      video: this.#video,
      reading: this.#playback?.reading,
      choice: this.#playback?.choice ?? AUTO_CHOICE,
      startedAtMs: this.#startedAtMs,
    });
  }

  close(): void {
    this.#end.abort();
    clearTimeout(this.#waitTimer);
    this.#autoHide.close();
    this.#playback?.unload();
  }

  get #url(): string {
    const { kind, id, baseUrl } = this.#options;
    return new URL(`${kind === 'clip' ? 'clip' : 'vod'}/${id}`, baseUrl).href;
  }

  /** Where all of the broadcast's pictures are. */
  #broadcastUrl({ channelId, broadcastId }: SeenRecording): string {
    return new URL(`live/${channelId}/${broadcastId}`, this.#options.baseUrl).href;
  }

  /** How it looks. */
  get #pictureUrl(): string | undefined {
    const about = this.#playback?.reading.about;
    const slot = about?.pictureSlot;
    return about === undefined || slot === undefined ? undefined : thumbnailUrl(this.#broadcastUrl(about), slot);
  }

  async #begin(): Promise<void> {
    const { signal } = this.#end;
    try {
      const makeEngine = await chooseRecordedEngine(this.#video, this.#options.engine);
      if (signal.aborted) return;
      if (makeEngine === undefined) {
        this.#take('cannot-play');
        return;
      }
      this.#playback = new RecordedPlayback({
        video: this.#video,
        url: this.#url,
        makeEngine,
        onInput: (input) => this.#take(input),
        onRenditions: (renditions, hasSound) => this.#quality.setRenditions(renditions, hasSound),
      });
      this.#about.start();
    } catch {
      if (signal.aborted) return;
      this.#take('not-loaded');
      this.#options.onLoadFailed();
    }
  }

  /** The one place where the state changes, and where that has effects. */
  #take(input: RecordedInput): void {
    const before = this.#state;
    this.#state = nextRecordedState(before, input);
    if (this.#state === before || this.#end.signal.aborted) return;
    this.#screen.show(this.#state, this.#facts);
    this.#waits();
    this.#autoHide.wake();
    if (isAskingRecorded(this.#state)) {
      if (!isAskingRecorded(before)) this.#playback?.unload();
      this.#about.start();
    }
    if (this.#state === 'unsupported') this.#playback?.unload();
    this.#refresh();
    this.#options.onState(this.#state);
  }

  #hear(news: AboutNews): void {
    this.#refusal = news.kind === 'refused' ? news.sentence : undefined;
    switch (news.kind) {
      case 'missing':
        this.#take('told-missing');
        return;
      case 'refused':
        this.#take('told-refused');
        return;
      case 'unreachable':
        this.#reach = news.reach;
        if (this.#state === 'unreachable') this.#screen.show(this.#state, this.#facts);
        this.#take('told-nothing');
        this.#screen.retryAt(news.retryAtMs);
        return;
      case 'about':
        this.#take('told-of');
        this.#playback?.load(news.about);
        this.#showPoster();
    }
  }

  #showPoster(): void {
    const url = this.#pictureUrl;
    if (this.#poster !== undefined || url === undefined) return;
    this.#poster = new Poster(this.#video, this.#stage, url);
    this.#poster.show();
  }

  get #facts(): ScreenFacts {
    return {
      name: this.#options.kind,
      refusal: this.#refusal,
      reach: navigator.onLine ? this.#reach : 'away',
      isCodec: this.#playback?.reading.lacksCodec,
    };
  }

  /** From now on, if it does. */
  #waits(): void {
    clearTimeout(this.#waitTimer);
    const { state } = this;
    if (state !== 'waiting' && state !== 'joining') return;
    this.#screen.show(state, this.#facts);
    this.#waitTimer = setTimeout(() => this.#waitsLong(), LONG_MS[state]);
  }

  #waitsLong(): void {
    const { state } = this;
    if (state === 'waiting' || state === 'joining') this.#screen.show(state, { ...this.#facts, isLong: true });
  }

  #retry(): void {
    if (isAskingRecorded(this.#state)) this.#about.hurry();
    else this.#playback?.retry();
  }

  get #mayHideControls(): boolean {
    const isOpen = this.#quality.isOpen || this.#speed.isOpen || this.#later.isMenuOpen;
    return this.#state === 'watching' && !isOpen && !this.#slider.isDragged;
  }

  #refresh(): void {
    const { about, shown, isAudioOnly, bufferS = 0 } = this.#playback?.reading ?? {};
    const hasMedia = about !== undefined && !isAskingRecorded(this.#state) && this.#state !== 'unsupported';
    this.#controls.show({ hasMedia });
    this.#quality.showCurrent(hasMedia ? shown : undefined);
    this.#sound.show(hasMedia && isAudioOnly === true);
    this.#later.show(this.snapshot());
    const timeline = hasMedia ? this.timeline : undefined;
    setText(this.#clock, timeline === undefined ? '' : clockText(timeline));
    this.#slider.show(
      timeline && {
        startMs: timeline.startMs,
        endMs: timeline.liveMs,
        nowMs: timeline.playingMs,
        bufferedToMs: timeline.playingMs + bufferS * 1_000,
      },
    );
  }

  #timeSlider(): TimeSlider {
    const { root } = this.#options;
    return new TimeSlider({
      root,
      signal: this.#end.signal,
      onSeek: (toMs) => this.seekTo(toMs),
      spoken: (timeMs, { startMs, endMs }) => `${spokenTime(timeMs - startMs)} of ${spokenTime(endMs - startMs)}`,
      label: (timeMs, { startMs }) => elapsed(timeMs - startMs),
      pictureMs: (timeMs) => timeMs - (this.#playback?.reading.about?.startedAtMs ?? 0),
      loadPreview: async () => {
        const about = this.#playback?.reading.about;
        if (about === undefined) return undefined;
        return new TimePreview({
          element: elementIn(root, 'time-preview-picture', HTMLElement),
          broadcastUrl: this.#broadcastUrl(about),
          storyboardUrl: about.hasStoryboard ? `${this.#url}/storyboard.vtt` : undefined,
          // A clip's is by its own time.
          storyboardFromMs: this.#options.kind === 'clip' ? about.fromMs - about.startedAtMs : 0,
          isLive: false,
        });
      },
    });
  }

  #listen(): void {
    const { root, takesAllKeys } = this.#options;
    const { signal } = this.#end;
    listenToViewer({
      root,
      signal,
      takesAllKeys,
      onKey: (action) => {
        this.#keyEffects[action]?.();
        this.#autoHide.wake();
      },
      togglePlay: () => this.#controls.togglePlay(),
      toggleFullscreen: () => this.#controls.toggleFullscreen(),
    });
    const tick = setInterval(() => {
      this.#screen.countDown();
      this.#refresh();
    }, TICK_MS);
    signal.addEventListener('abort', () => clearInterval(tick));
    addEventListener('offline', () => this.#waitsLong(), { signal });
    addEventListener('online', () => this.#waits(), { signal });
  }

  readonly #keyEffects: Partial<Record<KeyAction, () => void>> = {
    'toggle-play': () => this.#controls.togglePlay(),
    'toggle-mute': () => this.#controls.toggleMute(),
    'toggle-fullscreen': () => this.#controls.toggleFullscreen(),
    'toggle-pip': () => this.#controls.togglePip(),
    'toggle-help': () => this.toggleHelp(),
    'toggle-stats': () => this.#later.toggleStats(),
    'toggle-captions': () => this.#later.toggleCaptions(),
    'seek-back': () => this.#slider.step('ArrowLeft'),
    'seek-forward': () => this.#slider.step('ArrowRight'),
    'volume-up': () => this.#controls.changeVolume(1),
    'volume-down': () => this.#controls.changeVolume(-1),
  };
}

/** `0:42 / 12:30`. */
function clockText({ startMs, liveMs, playingMs }: Timeline): string {
  return `${elapsed(playingMs - startMs)} / ${elapsed(liveMs - startMs)}`;
}
