import { ICON_PATHS, type IconName } from '../pages/icon-paths.ts';

const ICONS = [
  'play',
  'pause',
  'volume',
  'muted',
  'quality',
  'stats',
  'pip',
  'expand',
  'shrink',
  'captions',
  'speed',
  'airplay',
  'cast',
  'sound',
  'check',
  'close',
  'sluice',
] as const satisfies readonly IconName[];

/** Rows in the order in which people look for them; the values are filled in later. */
const STATS_ROWS = [
  ['latency', 'Latency'],
  ['target', 'Target'],
  ['buffer', 'Buffer'],
  ['rate', 'Playback rate'],
  ['rendition', 'Rendition'],
  ['bitrate', 'Bitrate'],
  ['bandwidth', 'Bandwidth'],
  ['dropped', 'Dropped frames'],
  ['stalls', 'Stalls'],
  ['clock', 'Edge clock'],
  ['broadcast', 'Broadcast'],
  ['engine', 'Engine'],
] as const;

/** Of a recording: there is no live edge to be near to. */
const LIVE_ROWS: ReadonlySet<string> = new Set(['latency', 'target', 'clock']);
const RECORDED_STATS_ROWS = STATS_ROWS.filter(([id]) => !LIVE_ROWS.has(id));

type StatsRow = (typeof STATS_ROWS)[number];

type Shortcut = readonly [key: string, what: string, or: string];

const SHORTCUTS: readonly Shortcut[] = [
  ['M', 'Mute or unmute', ''],
  ['↑ ↓', 'Volume', ''],
  ['C', 'Captions', ''],
  ['F', 'Full screen', ''],
  ['P', 'Picture in picture', ''],
];

const LIVE_SHORTCUTS: readonly Shortcut[] = [
  ['Space', 'Play or pause', 'K'],
  ['← →', 'Back or forward 5 seconds', ''],
  ['L', 'Go to live', ''],
  ...SHORTCUTS,
  ['I', 'Statistics', ''],
  ['?', 'These shortcuts', ''],
];

const RECORDED_SHORTCUTS: readonly Shortcut[] = [
  ['Space', 'Play or pause', 'K'],
  ['← →', 'Back or forward 5 seconds', ''],
  ...SHORTCUTS,
  ['I', 'Statistics', ''],
  ['?', 'These shortcuts', ''],
];

/** All that is in the live player's shadow tree, as HTML. @param channelId holds nothing of HTML. */
export function livePlayerMarkup(channelId: string): string {
  return playerMarkup({
    kind: 'live',
    label: 'Live player',
    videoLabel: `Live video of ${channelId}`,
    controls: liveControls(),
    more: statsPanel(STATS_ROWS),
    shortcuts: LIVE_SHORTCUTS,
  });
}

/** The same of the player of recordings and clips. */
export function recordedPlayerMarkup(kind: 'recording' | 'clip'): string {
  return playerMarkup({
    kind,
    label: 'Player',
    videoLabel: kind === 'clip' ? 'Video of the clip' : 'Video of the recording',
    controls: recordedControls(),
    more: menu('speed-menu', 'Speed') + statsPanel(RECORDED_STATS_ROWS),
    shortcuts: RECORDED_SHORTCUTS,
  });
}

interface MarkupParts {
  readonly kind: string;
  readonly label: string;
  readonly videoLabel: string;
  readonly controls: string;
  readonly more: string;
  readonly shortcuts: readonly Shortcut[];
}

function playerMarkup({ kind, label, videoLabel, controls, more, shortcuts }: MarkupParts): string {
  return `${sprite()}
<section class="stage" id="stage" data-kind="${kind}" data-state="asking" data-idle="false" aria-label="${label}">
<video id="video" muted playsinline preload="auto" aria-label="${videoLabel}"></video>
<div class="sound" id="sound" hidden><div class="sound-mark">${icon('sound')}<span>Audio only</span></div></div>
${screen()}
<button type="button" class="unmute" id="unmute" hidden>${icon('muted')}<span>Unmute</span></button>
<div class="controls" id="controls" role="group" aria-label="Player controls">${timeBar()}${controls}</div>
${menu('quality-menu', 'Quality')}${menu('captions-menu', 'Captions')}
${more}
</section>
${shortcutHelp(shortcuts)}
<p class="visually-hidden" id="announcer" role="status" aria-live="polite"></p>`;
}

function menu(id: string, label: string): string {
  return `<div class="menu" id="${id}" role="menu" aria-label="${label}" hidden></div>`;
}

/** An icon of the player's; it says nothing to a screen reader, its button does. */
export function icon(name: (typeof ICONS)[number], className = ''): string {
  return `<svg class="icon ${className}" aria-hidden="true" focusable="false"><use href="#i-${name}"></use></svg>`;
}

/** A shadow tree sees no ids of the page around it. */
function sprite(): string {
  const symbols = ICONS.map((name) => `<symbol id="i-${name}" viewBox="0 0 24 24">${ICON_PATHS[name]}</symbol>`);
  return `<svg class="sprite" aria-hidden="true">${symbols.join('')}</svg>`;
}

function screen(): string {
  return `<div class="screen" id="screen">
<div class="screen-mark" aria-hidden="true"><i></i><i></i><i></i>${icon('sluice')}</div>
<div class="spinner" aria-hidden="true"></div>
<p class="screen-headline" id="screen-headline"></p>
<p class="screen-detail" id="screen-detail"></p>
<p class="screen-note" id="screen-note"></p>
<button type="button" class="primary" id="screen-action" hidden>Try now</button>
</div>
<button type="button" class="big-play" id="big-play" aria-label="Play" hidden>${icon('play')}</button>`;
}

/** Over the row of controls, in room that is there anyway: nothing moves when it comes. */
function timeBar(): string {
  return `<div class="time-bar" id="time-bar" hidden>
<input type="range" id="time" min="0" max="0" step="any" value="0" aria-label="Time">
<div class="time-preview" id="time-preview" aria-hidden="true" hidden><div class="time-preview-picture" id="time-preview-picture" hidden></div><span id="time-preview-time"></span></div>
</div>`;
}

function liveControls(): string {
  return `${playAndVolume()}
<button type="button" class="live" id="live" aria-label="Live" aria-keyshortcuts="L" data-tip="Go to live (l)"><i aria-hidden="true"></i><span>Live</span></button>
<span class="latency" id="latency" aria-hidden="true"></span>
<span class="controls-gap"></span>
${captionsButton()}
${qualityButton()}
${statsButton()}
${screenButtons()}`;
}

function recordedControls(): string {
  return `${playAndVolume()}
<span class="clock" id="clock" aria-hidden="true"></span>
<span class="controls-gap"></span>
${captionsButton()}
<button type="button" class="control wide" id="speed" aria-label="Speed, now 1×" aria-haspopup="menu" aria-expanded="false" aria-controls="speed-menu" data-tip="Speed">${icon('speed')}<span id="speed-now">1×</span></button>
${qualityButton()}
${statsButton()}
${screenButtons()}`;
}

function playAndVolume(): string {
  return `<button type="button" class="control" id="play" aria-label="Play" aria-keyshortcuts="Space K" data-tip="Play (k)">${icon('play', 'when-off')}${icon('pause', 'when-on')}</button>
<div class="volume">
<button type="button" class="control" id="mute" aria-label="Unmute" aria-keyshortcuts="M" data-tip="Mute (m)">${icon('muted', 'when-off')}${icon('volume', 'when-on')}</button>
<input type="range" id="volume" min="0" max="100" step="5" value="100" aria-label="Volume">
</div>`;
}

function captionsButton(): string {
  return `<button type="button" class="control" id="captions" aria-label="Captions" aria-haspopup="menu" aria-expanded="false" aria-controls="captions-menu" aria-keyshortcuts="C" data-tip="Captions (c)" hidden>${icon('captions')}</button>`;
}

function qualityButton(): string {
  return `<button type="button" class="control wide" id="quality" aria-label="Quality, auto" aria-haspopup="menu" aria-expanded="false" aria-controls="quality-menu" data-tip="Quality">${icon('quality')}<span id="quality-now">Auto</span></button>`;
}

function statsButton(): string {
  return `<button type="button" class="control" id="stats-toggle" aria-label="Statistics" aria-pressed="false" aria-controls="stats" aria-keyshortcuts="I" data-tip="Statistics (i)">${icon('stats')}</button>`;
}

function screenButtons(): string {
  return `<button type="button" class="control" id="airplay" aria-label="AirPlay" data-tip="AirPlay" hidden>${icon('airplay')}</button>
<button type="button" class="control" id="cast" aria-label="Play on another device" data-tip="Play on another device" hidden>${icon('cast')}</button>
<button type="button" class="control" id="pip" aria-label="Picture in picture" aria-keyshortcuts="P" data-tip="Picture in picture (p)" hidden>${icon('pip')}</button>
<button type="button" class="control" id="fullscreen" aria-label="Full screen" aria-keyshortcuts="F" data-tip="Full screen (f)">${icon('expand', 'when-off')}${icon('shrink', 'when-on')}</button>`;
}

function statsPanel(shown: readonly StatsRow[]): string {
  const rows = shown.map(([id, label]) => `<div><dt>${label}</dt><dd id="stat-${id}">–</dd></div>`);
  const latencyKey = shown.some(([id]) => id === 'latency') ? '<span class="key-latency">Latency</span>' : '';
  return `<section class="stats" id="stats" aria-label="Statistics" hidden>
<header><h2>Statistics</h2><button type="button" class="control small" id="stats-close" aria-label="Close statistics">${icon('close')}</button></header>
<svg class="trace" id="trace" viewBox="0 0 240 56" preserveAspectRatio="none" aria-hidden="true">
<polyline id="trace-buffer" class="trace-buffer"></polyline><polyline id="trace-latency" class="trace-latency"></polyline>
</svg>
<p class="trace-key" aria-hidden="true">${latencyKey}<span class="key-buffer">Buffer</span><span id="trace-scale"></span></p>
<dl>${rows.join('')}</dl>
</section>`;
}

function shortcutHelp(shortcuts: readonly Shortcut[]): string {
  const rows = shortcuts.map(([key, what, or]) => {
    const other = or === '' ? '' : `<span>or</span><kbd>${or}</kbd>`;
    return `<div><dt><kbd>${key}</kbd>${other}</dt><dd>${what}</dd></div>`;
  });
  return `<dialog class="help" id="help" aria-labelledby="help-title">
<header><h2 id="help-title">Keyboard shortcuts</h2><button type="button" class="control small" id="help-close" aria-label="Close">${icon('close')}</button></header>
<dl>${rows.join('')}</dl>
</dialog>`;
}
