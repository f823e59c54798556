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

const SHORTCUTS = [
  ['Space', 'Play or pause', 'K'],
  ['L', 'Go to live', ''],
  ['M', 'Mute or unmute', ''],
  ['↑ ↓', 'Volume', ''],
  ['F', 'Full screen', ''],
  ['P', 'Picture in picture', ''],
  ['I', 'Statistics', ''],
  ['?', 'These shortcuts', ''],
] as const;

/** All that is in the player's shadow tree, as HTML. @param channelId is a channel's id, so it holds nothing of HTML. */
export function playerMarkup(channelId: string): string {
  return `${sprite()}
<section class="stage" id="stage" data-state="asking" data-idle="false" aria-label="Live player">
<video id="video" muted playsinline preload="auto" aria-label="Live video of ${channelId}"></video>
${screen()}
${statsPanel()}
<button type="button" class="unmute" id="unmute" hidden>${icon('muted')}<span>Unmute</span></button>
${controls()}
<div class="menu" id="quality-menu" role="menu" aria-label="Quality" hidden></div>
</section>
${shortcutHelp()}
<p class="visually-hidden" id="announcer" role="status" aria-live="polite"></p>`;
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
<button type="button" class="primary" id="screen-retry" hidden>Try now</button>
</div>
<button type="button" class="big-play" id="big-play" aria-label="Play" hidden>${icon('play')}</button>`;
}

function controls(): string {
  return `<div class="controls" id="controls" role="group" aria-label="Player controls">
<button type="button" class="control" id="play" aria-label="Play" aria-keyshortcuts="Space K" data-tip="Play (k)">${icon('play', 'when-off')}${icon('pause', 'when-on')}</button>
<div class="volume">
<button type="button" class="control" id="mute" aria-label="Unmute" aria-keyshortcuts="M" data-tip="Mute (m)">${icon('muted', 'when-off')}${icon('volume', 'when-on')}</button>
<input type="range" id="volume" min="0" max="100" step="5" value="100" aria-label="Volume">
</div>
<button type="button" class="live" id="live" aria-label="Live" aria-keyshortcuts="L" data-tip="Go to live (l)"><i aria-hidden="true"></i><span>Live</span></button>
<span class="latency" id="latency" aria-hidden="true"></span>
<span class="controls-gap"></span>
<button type="button" class="control wide" id="quality" aria-label="Quality" aria-haspopup="menu" aria-expanded="false" aria-controls="quality-menu" data-tip="Quality">${icon('quality')}<span id="quality-now">Auto</span></button>
<button type="button" class="control" id="stats-toggle" aria-label="Statistics" aria-pressed="false" aria-controls="stats" aria-keyshortcuts="I" data-tip="Statistics (i)">${icon('stats')}</button>
<button type="button" class="control" id="pip" aria-label="Picture in picture" aria-keyshortcuts="P" data-tip="Picture in picture (p)" hidden>${icon('pip')}</button>
<button type="button" class="control" id="fullscreen" aria-label="Full screen" aria-keyshortcuts="F" data-tip="Full screen (f)">${icon('expand', 'when-off')}${icon('shrink', 'when-on')}</button>
</div>`;
}

function statsPanel(): string {
  const rows = STATS_ROWS.map(([id, label]) => `<div><dt>${label}</dt><dd id="stat-${id}">–</dd></div>`);
  return `<section class="stats" id="stats" aria-label="Statistics" hidden>
<header><h2>Statistics</h2><button type="button" class="control small" id="stats-close" aria-label="Close statistics">${icon('close')}</button></header>
<svg class="trace" id="trace" viewBox="0 0 240 56" preserveAspectRatio="none" aria-hidden="true">
<polyline id="trace-buffer" class="trace-buffer"></polyline><polyline id="trace-latency" class="trace-latency"></polyline>
</svg>
<p class="trace-key" aria-hidden="true"><span class="key-latency">Latency</span><span class="key-buffer">Buffer</span><span id="trace-scale"></span></p>
<dl>${rows.join('')}</dl>
</section>`;
}

function shortcutHelp(): string {
  const rows = SHORTCUTS.map(([key, what, or]) => {
    const other = or === '' ? '' : `<span>or</span><kbd>${or}</kbd>`;
    return `<div><dt><kbd>${key}</kbd>${other}</dt><dd>${what}</dd></div>`;
  });
  return `<dialog class="help" id="help" aria-labelledby="help-title">
<header><h2 id="help-title">Keyboard shortcuts</h2><button type="button" class="control small" id="help-close" aria-label="Close">${icon('close')}</button></header>
<dl>${rows.join('')}</dl>
</dialog>`;
}
