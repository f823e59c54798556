import { AutoHide } from './auto-hide.ts';
import { Controls } from './controls.ts';
import { EdgeTime } from './edge-time.ts';
import { AUTO_CHOICE } from './engine.ts';
import { chooseEngine, type MakeEngine } from './engine-choice.ts';
import { type KeyAction, keyAction } from './keyboard.ts';
import { pageElement, setText } from './page-elements.ts';
import { Playback } from './playback.ts';
import { Poster } from './poster.ts';
import { QualityMenu } from './quality-menu.ts';
import { rememberChannel } from './recent-channels.ts';
import { publishApi, type Snapshot } from './snapshot.ts';
import { StageScreen } from './stage-screen.ts';
import { StatsPanel } from './stats-panel.ts';
import type { SeenBroadcast } from './status-reader.ts';
import { type StatusNews, StatusWatch } from './status-watch.ts';
import { isAskingState, nextViewerState, type ViewerInput, type ViewerState } from './viewer-life.ts';
import { elapsed, renditionName } from './wording.ts';

/** A double click is a click first: this long it may still become one. */
const DOUBLE_CLICK_MS = 220;

/** A page whose player could not be loaded tries again after this. */
const RELOAD_MS = 5_000;

const startedAtMs = Date.now();
const channelId = document.body.dataset.channelId ?? '';
/** Relative: a page below a playback token asks for everything below it. */
const channelUrl = new URL(`../live/${channelId}`, location.href).pathname;
const isPrivateLink = location.pathname.startsWith('/t/');
const stage = pageElement('stage', HTMLElement);
const video = pageElement('video', HTMLVideoElement);
const help = pageElement('help', HTMLDialogElement);
const aboutLine = pageElement('about-line', HTMLElement);

let state: ViewerState = 'asking';
let refusal: string | undefined;

const edgeTime = new EdgeTime('/time');
const status = new StatusWatch({ url: `${channelUrl}/status.json`, onNews: hearStatus });
const screen = new StageScreen(channelId, { retry: () => status.hurry(), play: () => playback.play() });
const quality = new QualityMenu((choice) => playback.choose(choice));
const stats = new StatsPanel();
const playback = new Playback({
  video,
  channelUrl,
  edgeTime,
  makeEngine: await loadEngine(),
  onInput: take,
  onRenditions: (renditions) => quality.setRenditions(renditions),
  onTick: refresh,
});
const controls = new Controls({
  play: () => playback.play(),
  pause: () => playback.pause(),
  goLive: () => playback.goLive(),
});
const poster = new Poster(video, stage, `${channelUrl}/thumbnail`);
const autoHide = new AutoHide(stage, () => state === 'watching' && !quality.isOpen);

/** A module that did not come is not asked for again by the same document. */
async function loadEngine(): Promise<MakeEngine | undefined> {
  try {
    return await chooseEngine(video, new URL(location.href));
  } catch {
    setTimeout(() => location.reload(), RELOAD_MS);
    return await new Promise(() => undefined);
  }
}

/** The one place where the state changes, and where that has effects. */
function take(input: ViewerInput): void {
  const before = state;
  state = nextViewerState(state, input);
  if (state === before) return;
  screen.show(state, refusal);
  autoHide.wake();
  if (state === 'joining' && before !== 'blocked') poster.show();
  if (isAskingState(state)) {
    if (!isAskingState(before)) {
      playback.unload();
      poster.hide();
    }
    status.start();
  } else {
    status.stop();
  }
  // Without its link the start page could not lead back.
  if (state === 'watching' && !isPrivateLink) rememberChannel(channelId);
  refresh();
}

function hearStatus(news: StatusNews): void {
  if (news.kind === 'unreachable') {
    take('told-nothing');
    screen.retryAt(news.retryAtMs);
    return;
  }
  refusal = news.kind === 'refused' ? news.sentence : undefined;
  if (news.kind === 'refused' || (news.kind === 'status' && news.status.state === 'private')) {
    take('told-refused');
    return;
  }
  const told = news.kind === 'status' ? news.status : undefined;
  const broadcast = told?.state === 'live' ? told.broadcast : undefined;
  if (broadcast === undefined) {
    take(told?.state === 'starting' ? 'told-starting' : 'told-offline');
  } else if (playback.canPlay) {
    take('told-live');
    playback.load(broadcast);
  } else {
    take('cannot-play');
  }
}

function refresh(): void {
  const now = snapshot();
  controls.show({
    isLive: now.isLive,
    latencyMs: now.latencyMs ?? undefined,
    hasBroadcast: now.broadcastId !== null,
  });
  quality.showCurrent(playback.broadcast === undefined ? undefined : playback.shownRendition);
  stats.show(now);
  showAbout();
}

function showAbout(): void {
  const { broadcast } = playback;
  const nowMs = edgeTime.nowMs;
  setText(aboutLine, broadcast === undefined || nowMs === undefined ? awayLine() : liveLine(broadcast, nowMs));
}

function liveLine(broadcast: SeenBroadcast, nowMs: number): string {
  const shown = playback.shownRendition;
  const parts = [`Live for ${elapsed(nowMs - broadcast.startedAtMs)}`, `${broadcast.profile} latency`];
  return [...parts, ...(shown === undefined ? [] : [renditionName(shown)])].join('  ·  ');
}

/** Never empty, so that nothing moves when a broadcast begins. */
function awayLine(): string {
  if (state === 'starting') return 'Going live';
  if (state === 'refused') return 'Private';
  return state === 'offline' || state === 'ended' ? 'Offline' : 'Connecting';
}

function snapshot(): Snapshot {
  const now = playback.reading;
  const frames = video.getVideoPlaybackQuality?.();
  const shown = playback.broadcast === undefined ? undefined : playback.shownRendition;
  return {
    state,
    channelId,
    broadcastId: playback.broadcast?.broadcastId ?? null,
    latencyMs: now.latencyMs ?? null,
    targetLatencyMs: now.targetLatencyMs ?? null,
    edgeDistanceMs: now.edgeDistanceMs ?? null,
    marginMs: now.marginMs,
    bufferMs: now.bufferMs,
    playbackRate: video.playbackRate,
    stalls: now.stallCount,
    stalledMs: now.stalledMs,
    jumps: now.jumpCount,
    recoveries: now.recoveryCount,
    troubles: now.troubles,
    rendition: shown?.id ?? null,
    renditions: playback.renditions.map(({ id }) => id),
    isAutoQuality: playback.choice === AUTO_CHOICE,
    widthPx: video.videoWidth,
    heightPx: video.videoHeight,
    bitrateBps: now.bitrateBps ?? null,
    bandwidthBps: now.bandwidthBps ?? null,
    droppedFrames: frames?.droppedVideoFrames ?? 0,
    decodedFrames: frames?.totalVideoFrames ?? 0,
    isLive: now.isLive,
    isMuted: video.muted,
    engine: now.engine ?? null,
    clockUncertaintyMs: edgeTime.uncertaintyMs ?? null,
    positionS: video.currentTime,
    startedAtMs,
    joinedAtMs: now.joinedAtMs ?? null,
    firstFrameAtMs: now.firstFrameAtMs ?? null,
  };
}

const KEY_EFFECTS: Record<KeyAction, () => void> = {
  'toggle-play': () => controls.togglePlay(),
  'toggle-mute': () => controls.toggleMute(),
  'toggle-fullscreen': () => controls.toggleFullscreen(),
  'toggle-pip': () => controls.togglePip(),
  'toggle-stats': () => stats.toggle(),
  'toggle-help': () => (help.open ? help.close() : help.showModal()),
  'go-live': () => playback.goLive(),
  'volume-up': () => controls.changeVolume(1),
  'volume-down': () => controls.changeVolume(-1),
};

/** What the focused element needs keys for; `none` for text and the page itself. */
function focusRole(element: Element | null): string {
  if (element instanceof HTMLInputElement) return element.type === 'range' ? 'slider' : 'textbox';
  if (element?.closest('[role=menu]')) return 'menu';
  return element instanceof HTMLButtonElement || element instanceof HTMLAnchorElement ? 'button' : 'none';
}

function listenToViewer(): void {
  document.addEventListener('keydown', (event) => {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    const action = keyAction({ key: event.key, hasModifier, focusRole: focusRole(document.activeElement) });
    if (action === undefined) return;
    event.preventDefault();
    KEY_EFFECTS[action]();
    autoHide.wake();
  });
  let clickTimer: ReturnType<typeof setTimeout> | undefined;
  video.addEventListener('click', (event) => {
    clearTimeout(clickTimer);
    // A finger shows and hides the controls; only a mouse has something else for that.
    if (event instanceof PointerEvent && event.pointerType !== 'mouse') return;
    clickTimer = setTimeout(() => controls.togglePlay(), DOUBLE_CLICK_MS);
  });
  video.addEventListener('dblclick', () => {
    clearTimeout(clickTimer);
    controls.toggleFullscreen();
  });
  const copy = pageElement('copy-link', HTMLButtonElement);
  // Absent where the page came over plain http from another machine; a private link is its viewer's own.
  copy.hidden = isPrivateLink || !('clipboard' in navigator);
  copy.addEventListener('click', () => {
    navigator.clipboard.writeText(location.href).then(
      () => setText(copy, 'Copied'),
      () => setText(copy, 'Not allowed'),
    );
    setTimeout(() => setText(copy, 'Copy link'), 1_600);
  });
  pageElement('help-toggle', HTMLButtonElement).addEventListener('click', () => help.showModal());
  pageElement('help-close', HTMLButtonElement).addEventListener('click', () => help.close());
  help.addEventListener('click', ({ target }) => {
    if (target === help) help.close();
  });
}

publishApi(snapshot);
listenToViewer();
edgeTime.start();
status.start();
setInterval(() => screen.countDown(), 500);
