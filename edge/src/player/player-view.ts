import { AutoHide } from './auto-hide.ts';
import { Controls } from './controls.ts';
import { EdgeTime } from './edge-time.ts';
import { AUTO_CHOICE } from './engine.ts';
import { chooseEngine, type MakeEngine } from './engine-choice.ts';
import { HelpDialog } from './help-dialog.ts';
import type { KeyAction } from './keyboard.ts';
import { LaterControls } from './later-controls.ts';
import { LiveButton } from './live-button.ts';
import { elementIn } from './page-elements.ts';
import { Playback } from './playback.ts';
import { Poster } from './poster.ts';
import { QualityMenu } from './quality-menu.ts';
import type { Reach, ScreenFacts } from './screen-words.ts';
import type { ShownPlayer } from './shown-player.ts';
import type { Snapshot } from './snapshot.ts';
import { SoundStage } from './sound-stage.ts';
import { StageScreen } from './stage-screen.ts';
import { type StatusNews, StatusWatch } from './status-watch.ts';
import { TimeSlider } from './time-slider.ts';
import { TIMELINE_MS_MIN, type Timeline } from './timeline.ts';
import { listenToViewer } from './viewer-input.ts';
import { isAskingState, nextViewerState, type ViewerInput, type ViewerState } from './viewer-life.ts';
import { behind, behindLive, renditionName } from './wording.ts';

const COUNTDOWN_EVERY_MS = 500;
/** A picture that stands for longer wants words; for the first one people wait longer. */
const LONG_MS = { waiting: 5_000, joining: 12_000 } as const;

export interface PlayerViewOptions {
  /** Has the player's markup in it. */
  readonly root: ShadowRoot;
  readonly channelId: string;
  /** What all addresses are below, with a slash at its end: the edge, or a playback token of it. */
  readonly baseUrl: URL;
  /** In the stead of what the browser would do best with. */
  readonly engine: string | null;
  /** Keys pressed anywhere are the player's, and not only those pressed in it. */
  readonly takesAllKeys: boolean;
  /** The state has changed. */
  onState(state: ViewerState): void;
  /** The module that plays did not come, and no document gets it by asking again. */
  onLoadFailed(): void;
}

/** A player of a channel in its shadow tree: what it is doing, what the viewer can do, and what stands over the picture. */
export class PlayerView implements ShownPlayer {
  readonly #options: PlayerViewOptions;
  readonly #end = new AbortController();
  readonly #startedAtMs = Date.now();
  readonly #video: HTMLVideoElement;
  readonly #help: HelpDialog;
  readonly #edgeTime: EdgeTime;
  readonly #status: StatusWatch;
  readonly #screen: StageScreen;
  readonly #quality: QualityMenu;
  readonly #controls: Controls;
  readonly #live: LiveButton;
  readonly #slider: TimeSlider;
  readonly #later: LaterControls;
  readonly #sound: SoundStage;
  readonly #poster: Poster;
  readonly #autoHide: AutoHide;
  #playback: Playback | undefined;
  #state: ViewerState = 'asking';
  #refusal: string | undefined;
  #reach: Reach = 'silent';
  #waitTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PlayerViewOptions) {
    this.#options = options;
    const { root, baseUrl } = options;
    const { signal } = this.#end;
    const channelUrl = this.#channelUrl;
    this.#video = elementIn(root, 'video', HTMLVideoElement);
    this.#help = new HelpDialog(root);
    this.#edgeTime = new EdgeTime(new URL('/time', baseUrl).href);
    const onNews = (news: StatusNews) => this.#hearStatus(news);
    this.#status = new StatusWatch({ url: `${channelUrl}/status.json`, signal, onNews });
    this.#screen = new StageScreen(root, { retry: () => this.#retry(), play: () => this.play() });
    this.#quality = new QualityMenu(root, signal, (choice) => this.#choose(choice));
    this.#later = new LaterControls(root, this.#video, signal);
    this.#controls = new Controls(root, signal, { play: () => this.play(), pause: () => this.pause() });
    this.#live = new LiveButton(root, () => this.goLive());
    this.#slider = this.#timeSlider();
    this.#sound = new SoundStage(root, () => `${channelUrl}/thumbnail`);
    const stage = elementIn(root, 'stage', HTMLElement);
    this.#poster = new Poster(this.#video, stage, `${channelUrl}/thumbnail`);
    this.#autoHide = new AutoHide(stage, () => this.#mayHideControls);
    this.#listen();
    void this.#begin();
  }

  get state(): ViewerState {
    return this.#state;
  }

  play(): void {
    this.#playback?.play();
  }

  pause(): void {
    this.#playback?.pause();
  }

  goLive(): void {
    this.#playback?.goLive();
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

  close(): void {
    this.#end.abort();
    clearTimeout(this.#waitTimer);
    this.#status.stop();
    this.#autoHide.close();
    this.#playback?.unload();
  }

  snapshot(): Snapshot {
    const playback = this.#playback;
    const video = this.#video;
    const now = playback?.reading;
    const frames = video.getVideoPlaybackQuality?.();
    const shown = playback?.broadcast === undefined ? undefined : playback.shownRendition;
    return {
      state: this.#state,
      channelId: this.#options.channelId,
      broadcastId: playback?.broadcast?.broadcastId ?? null,
      broadcastStartedAtMs: playback?.broadcast?.startedAtMs ?? null,
      profile: playback?.broadcast?.profile ?? null,
      latencyMs: now?.latencyMs ?? null,
      targetLatencyMs: now?.targetLatencyMs ?? null,
      edgeDistanceMs: now?.edgeDistanceMs ?? null,
      marginMs: now?.marginMs ?? 0,
      bufferMs: now?.bufferMs ?? 0,
      playbackRate: video.playbackRate,
      stalls: now?.stallCount ?? 0,
      stalledMs: now?.stalledMs ?? 0,
      jumps: now?.jumpCount ?? 0,
      recoveries: now?.recoveryCount ?? 0,
      troubles: now?.troubles ?? [],
      rendition: shown?.id ?? null,
      renditionName: shown === undefined ? null : renditionName(shown),
      renditions: playback?.renditions.map(({ id }) => id) ?? [],
      isAutoQuality: (playback?.choice ?? AUTO_CHOICE) === AUTO_CHOICE,
      widthPx: video.videoWidth,
      heightPx: video.videoHeight,
      bitrateBps: now?.bitrateBps ?? null,
      bandwidthBps: now?.bandwidthBps ?? null,
      droppedFrames: frames?.droppedVideoFrames ?? 0,
      decodedFrames: frames?.totalVideoFrames ?? 0,
      isLive: now?.isLive ?? false,
      isMuted: video.muted,
      isAudioOnly: playback?.isAudioOnly ?? false,
      engine: now?.engine ?? null,
      edgeNowMs: this.#edgeTime.nowMs ?? null,
      clockUncertaintyMs: this.#edgeTime.uncertaintyMs ?? null,
      positionS: video.currentTime,
      startedAtMs: this.#startedAtMs,
      joinedAtMs: now?.joinedAtMs ?? null,
      firstFrameAtMs: now?.firstFrameAtMs ?? null,
    };
  }

  get #channelUrl(): string {
    return new URL(`live/${this.#options.channelId}`, this.#options.baseUrl).href;
  }

  async #begin(): Promise<void> {
    this.#edgeTime.start(this.#end.signal);
    let makeEngine: MakeEngine | undefined;
    try {
      makeEngine = await chooseEngine(this.#video, this.#options.engine);
    } catch {
      if (this.#end.signal.aborted) return;
      this.#take('not-loaded');
      this.#options.onLoadFailed();
      return;
    }
    if (this.#end.signal.aborted) return;
    this.#playback = new Playback({
      video: this.#video,
      channelUrl: this.#channelUrl,
      edgeTime: this.#edgeTime,
      makeEngine,
      onInput: (input) => this.#take(input),
      onRenditions: (renditions, hasSound) => this.#quality.setRenditions(renditions, hasSound),
      onTick: () => this.#refresh(),
    });
    this.#status.start();
  }

  /** The one place where the state changes, and where that has effects. */
  #take(input: ViewerInput): void {
    const before = this.#state;
    this.#state = nextViewerState(before, input);
    if (this.#state === before || this.#end.signal.aborted) return;
    this.#screen.show(this.#state, this.#facts);
    this.#waits();
    this.#autoHide.wake();
    if (this.#state === 'joining' && before !== 'blocked') this.#poster.show();
    if (isAskingState(this.#state)) {
      if (!isAskingState(before)) {
        this.#playback?.unload();
        this.#poster.hide();
      }
      this.#status.start();
    } else {
      this.#status.stop();
      if (this.#state === 'unsupported') this.#playback?.unload();
    }
    this.#refresh();
    this.#options.onState(this.#state);
  }

  get #facts(): ScreenFacts {
    return {
      name: this.#options.channelId,
      refusal: this.#refusal,
      reach: navigator.onLine ? this.#reach : 'away',
      trouble: this.#playback?.trouble,
      isCodec: this.#playback?.lacksCodec,
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
    if (isAskingState(this.#state)) this.#status.hurry();
    else this.#playback?.retry();
  }

  #choose(choice: string): void {
    this.#playback?.choose(choice);
    this.#refresh();
  }

  get #mayHideControls(): boolean {
    const isBusy = this.#quality.isOpen || this.#later.isMenuOpen || this.#slider.isDragged;
    return this.#state === 'watching' && !isBusy;
  }

  #hearStatus(news: StatusNews): void {
    if (news.kind === 'unreachable') {
      this.#reach = news.reach;
      // Again, for the reason may be another one.
      if (this.#state === 'unreachable') this.#screen.show(this.#state, this.#facts);
      this.#take('told-nothing');
      this.#screen.retryAt(news.retryAtMs);
      return;
    }
    this.#refusal = news.kind === 'refused' ? news.sentence : undefined;
    if (news.kind === 'refused' || (news.kind === 'status' && news.status.state === 'private')) {
      this.#take('told-refused');
      return;
    }
    const told = news.kind === 'status' ? news.status : undefined;
    const broadcast = told?.state === 'live' ? told.broadcast : undefined;
    if (broadcast === undefined) {
      this.#take(told?.state === 'starting' ? 'told-starting' : 'told-offline');
    } else if (this.#playback?.canPlay === true) {
      this.#slider.forgetPictures();
      this.#take('told-live');
      this.#playback.load(broadcast);
    } else {
      this.#playback?.cannotPlay(broadcast);
      this.#take('cannot-play');
    }
  }

  #refresh(): void {
    const now = this.snapshot();
    const hasBroadcast = now.broadcastId !== null;
    const { timeline } = this;
    this.#controls.show({ hasMedia: hasBroadcast });
    this.#live.show({ isLive: now.isLive, latencyMs: now.latencyMs ?? undefined, timeline, hasBroadcast });
    this.#showTimeline(timeline, now);
    this.#sound.show(hasBroadcast && now.isAudioOnly);
    this.#quality.showCurrent(hasBroadcast ? this.#playback?.shownRendition : undefined);
    this.#later.show(now);
  }

  #showTimeline(timeline: Timeline | undefined, { isLive, bufferMs }: Snapshot): void {
    const isWorthIt = timeline !== undefined && timeline.liveMs - timeline.startMs >= TIMELINE_MS_MIN;
    if (!isWorthIt) {
      this.#slider.show(undefined);
      return;
    }
    const { startMs, liveMs, playingMs } = timeline;
    // At the live edge the distance goes up and down a little, and is live all the time.
    const nowMs = isLive ? liveMs : Math.min(playingMs, liveMs);
    this.#slider.show({ startMs, endMs: liveMs, nowMs, bufferedToMs: nowMs + bufferMs });
  }

  #timeSlider(): TimeSlider {
    const { root } = this.#options;
    return new TimeSlider({
      root,
      signal: this.#end.signal,
      onSeek: (toMs) => this.seekTo(toMs),
      spoken: (timeMs, { endMs }) => behindLive(endMs - timeMs),
      label: (timeMs, { endMs }) => (endMs - timeMs < 500 ? 'Live' : behind(endMs - timeMs)),
      pictureMs: (timeMs) => timeMs - (this.#playback?.broadcast?.startedAtMs ?? 0),
      loadPreview: async () => {
        const { TimePreview } = await import('./time-preview.ts');
        const broadcastUrl = `${this.#channelUrl}/${this.#playback?.broadcast?.broadcastId}`;
        const element = elementIn(root, 'time-preview-picture', HTMLElement);
        return new TimePreview({
          element,
          broadcastUrl,
          storyboardUrl: `${broadcastUrl}/storyboard.vtt`,
          isLive: true,
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
        this.#keyEffects[action]();
        this.#autoHide.wake();
      },
      togglePlay: () => this.#controls.togglePlay(),
      toggleFullscreen: () => this.#controls.toggleFullscreen(),
    });
    const countdown = setInterval(() => this.#screen.countDown(), COUNTDOWN_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(countdown));
    addEventListener('offline', () => this.#waitsLong(), { signal });
    addEventListener('online', () => this.#waits(), { signal });
  }

  readonly #keyEffects: Record<KeyAction, () => void> = {
    'toggle-play': () => this.#controls.togglePlay(),
    'toggle-mute': () => this.#controls.toggleMute(),
    'toggle-fullscreen': () => this.#controls.toggleFullscreen(),
    'toggle-pip': () => this.#controls.togglePip(),
    'toggle-stats': () => this.#later.toggleStats(),
    'toggle-help': () => this.toggleHelp(),
    'toggle-captions': () => this.#later.toggleCaptions(),
    'seek-back': () => this.#slider.step('ArrowLeft'),
    'seek-forward': () => this.#slider.step('ArrowRight'),
    'go-live': () => this.goLive(),
    'volume-up': () => this.#controls.changeVolume(1),
    'volume-down': () => this.#controls.changeVolume(-1),
  };
}
