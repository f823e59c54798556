import { AutoHide } from './auto-hide.ts';
import { Controls } from './controls.ts';
import { EdgeTime } from './edge-time.ts';
import { AUTO_CHOICE } from './engine.ts';
import { chooseEngine, type MakeEngine } from './engine-choice.ts';
import { type KeyAction, keyAction } from './keyboard.ts';
import { elementIn } from './page-elements.ts';
import { Playback } from './playback.ts';
import { Poster } from './poster.ts';
import { QualityMenu } from './quality-menu.ts';
import type { Snapshot } from './snapshot.ts';
import { StageScreen } from './stage-screen.ts';
import { StatsPanel } from './stats-panel.ts';
import { type StatusNews, StatusWatch } from './status-watch.ts';
import { isAskingState, nextViewerState, type ViewerInput, type ViewerState } from './viewer-life.ts';
import { renditionName } from './wording.ts';

/** A double click is a click first: this long it may still become one. */
const DOUBLE_CLICK_MS = 220;
const COUNTDOWN_EVERY_MS = 500;

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

/** A player in its shadow tree: what it is doing, what the viewer can do, and what stands over the picture. */
export class PlayerView {
  readonly #options: PlayerViewOptions;
  readonly #end = new AbortController();
  readonly #startedAtMs = Date.now();
  readonly #video: HTMLVideoElement;
  readonly #help: HTMLDialogElement;
  readonly #edgeTime: EdgeTime;
  readonly #status: StatusWatch;
  readonly #screen: StageScreen;
  readonly #quality: QualityMenu;
  readonly #stats: StatsPanel;
  readonly #controls: Controls;
  readonly #poster: Poster;
  readonly #autoHide: AutoHide;
  #playback: Playback | undefined;
  #state: ViewerState = 'asking';
  #refusal: string | undefined;

  constructor(options: PlayerViewOptions) {
    this.#options = options;
    const { root, channelId, baseUrl } = options;
    const { signal } = this.#end;
    const channelUrl = this.#channelUrl;
    this.#video = elementIn(root, 'video', HTMLVideoElement);
    this.#help = elementIn(root, 'help', HTMLDialogElement);
    this.#edgeTime = new EdgeTime(new URL('/time', baseUrl).href);
    const onNews = (news: StatusNews) => this.#hearStatus(news);
    this.#status = new StatusWatch({ url: `${channelUrl}/status.json`, signal, onNews });
    const retry = () => this.#status.hurry();
    this.#screen = new StageScreen(root, channelId, { retry, play: () => this.play() });
    this.#quality = new QualityMenu(root, signal, (choice) => this.#playback?.choose(choice));
    this.#stats = new StatsPanel(root);
    const actions = { play: () => this.play(), pause: () => this.pause(), goLive: () => this.goLive() };
    this.#controls = new Controls(root, signal, actions);
    const stage = elementIn(root, 'stage', HTMLElement);
    this.#poster = new Poster(this.#video, stage, `${channelUrl}/thumbnail`);
    this.#autoHide = new AutoHide(stage, () => this.#state === 'watching' && !this.#quality.isOpen);
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

  toggleHelp(): void {
    if (this.#help.open) this.#help.close();
    else this.#help.showModal();
  }

  /** Nothing of it goes on. */
  close(): void {
    this.#end.abort();
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
      if (!this.#end.signal.aborted) this.#options.onLoadFailed();
      return;
    }
    if (this.#end.signal.aborted) return;
    this.#playback = new Playback({
      video: this.#video,
      channelUrl: this.#channelUrl,
      edgeTime: this.#edgeTime,
      makeEngine,
      onInput: (input) => this.#take(input),
      onRenditions: (renditions) => this.#quality.setRenditions(renditions),
      onTick: () => this.#refresh(),
    });
    this.#status.start();
  }

  /** The one place where the state changes, and where that has effects. */
  #take(input: ViewerInput): void {
    const before = this.#state;
    this.#state = nextViewerState(before, input);
    if (this.#state === before || this.#end.signal.aborted) return;
    this.#screen.show(this.#state, this.#refusal);
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
    }
    this.#refresh();
    this.#options.onState(this.#state);
  }

  #hearStatus(news: StatusNews): void {
    if (news.kind === 'unreachable') {
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
    this.#controls.show({ isLive: now.isLive, latencyMs: now.latencyMs ?? undefined, hasBroadcast });
    this.#quality.showCurrent(hasBroadcast ? this.#playback?.shownRendition : undefined);
    this.#stats.show(now);
  }

  #listen(): void {
    const { root, takesAllKeys } = this.#options;
    const { signal } = this.#end;
    const keys: EventTarget = takesAllKeys ? document : root.host;
    keys.addEventListener('keydown', (event) => event instanceof KeyboardEvent && this.#key(event), { signal });
    let clickTimer: ReturnType<typeof setTimeout> | undefined;
    this.#video.addEventListener('click', (event) => {
      clearTimeout(clickTimer);
      // A finger shows and hides the controls; only a mouse has something else for that.
      if (event instanceof PointerEvent && event.pointerType !== 'mouse') return;
      clickTimer = setTimeout(() => this.#controls.togglePlay(), DOUBLE_CLICK_MS);
    });
    this.#video.addEventListener('dblclick', () => {
      clearTimeout(clickTimer);
      this.#controls.toggleFullscreen();
    });
    elementIn(root, 'help-close', HTMLButtonElement).addEventListener('click', () => this.#help.close());
    this.#help.addEventListener('click', ({ target }) => {
      if (target === this.#help) this.#help.close();
    });
    const countdown = setInterval(() => this.#screen.countDown(), COUNTDOWN_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(countdown));
  }

  #key(event: KeyboardEvent): void {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    // Not the event's target, which outside of the shadow tree is the player as a whole.
    const [focused] = event.composedPath();
    const action = keyAction({ key: event.key, hasModifier, focusRole: focusRole(focused) });
    if (action === undefined) return;
    event.preventDefault();
    this.#keyEffects[action]();
    this.#autoHide.wake();
  }

  readonly #keyEffects: Record<KeyAction, () => void> = {
    'toggle-play': () => this.#controls.togglePlay(),
    'toggle-mute': () => this.#controls.toggleMute(),
    'toggle-fullscreen': () => this.#controls.toggleFullscreen(),
    'toggle-pip': () => this.#controls.togglePip(),
    'toggle-stats': () => this.#stats.toggle(),
    'toggle-help': () => this.toggleHelp(),
    'go-live': () => this.goLive(),
    'volume-up': () => this.#controls.changeVolume(1),
    'volume-down': () => this.#controls.changeVolume(-1),
  };
}

/** What the focused element needs keys for; `none` for text and the page itself. */
function focusRole(element: EventTarget | undefined): string {
  if (!(element instanceof Element)) return 'none';
  if (element instanceof HTMLInputElement) return element.type === 'range' ? 'slider' : 'textbox';
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return 'textbox';
  if (element.closest('[role=menu]')) return 'menu';
  return element instanceof HTMLButtonElement || element instanceof HTMLAnchorElement ? 'button' : 'none';
}
