import type { ChannelId } from '@sluice/contracts';
import { html } from 'hono/html';
import { watch } from '../../generated/pages.ts';
import { type Html, htmlDocument } from './document.ts';
import { icon } from './icons.ts';

/**
 * `/watch/{channelId}`. The same for every state of the channel: what is on is found out by the script.
 *
 * @param imageUrl of the channel's thumbnail, for whoever shows a link to the page.
 */
export function watchPage(channelId: ChannelId, imageUrl?: string): Html {
  return htmlDocument({
    title: `${channelId} · Sluice`,
    description: `Watch ${channelId} live.`,
    imageUrl,
    entry: watch,
    channelId,
    kind: 'watch',
    body: html`<main>
<section class="stage" id="stage" data-state="asking" aria-label="Live player">
<video id="video" muted playsinline preload="auto" aria-label="Live video of ${channelId}"></video>
${screen()}
${statsPanel()}
<button type="button" class="unmute" id="unmute" hidden>${icon('muted')}<span>Unmute</span></button>
${controls()}
${qualityMenu()}
</section>
<div class="about">
<div class="about-text"><h1>${channelId}</h1><p id="about-line" class="about-line">&nbsp;</p></div>
<div class="about-actions"><button type="button" class="quiet" id="copy-link">Copy link</button><button type="button" class="quiet" id="help-toggle" aria-haspopup="dialog">${icon('keys')}<span>Shortcuts</span></button></div>
</div>
</main>
${shortcutHelp()}
<p class="visually-hidden" id="announcer" role="status" aria-live="polite"></p>
<noscript><p class="notice-line">This page needs JavaScript to play the stream.</p></noscript>`,
  });
}

function screen(): Html {
  return html`<div class="screen" id="screen">
<div class="screen-mark" aria-hidden="true"><i></i><i></i><i></i>${icon('sluice')}</div>
<div class="spinner" aria-hidden="true"></div>
<p class="screen-headline" id="screen-headline"></p>
<p class="screen-detail" id="screen-detail"></p>
<p class="screen-note" id="screen-note"></p>
<button type="button" class="primary" id="screen-retry" hidden>Try now</button>
</div>
<button type="button" class="big-play" id="big-play" aria-label="Play" hidden>${icon('play')}</button>`;
}

function controls(): Html {
  return html`<div class="controls" id="controls" role="group" aria-label="Player controls">
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

function qualityMenu(): Html {
  return html`<div class="menu" id="quality-menu" role="menu" aria-label="Quality" hidden></div>`;
}

/** Rows in the order in which people look for them; the values are filled in by the script. */
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

function statsPanel(): Html {
  const rows = STATS_ROWS.map(([id, label]) => html`<div><dt>${label}</dt><dd id="stat-${id}">–</dd></div>`);
  return html`<section class="stats" id="stats" aria-label="Statistics" hidden>
<header><h2>Statistics</h2><button type="button" class="control small" id="stats-close" aria-label="Close statistics">${icon('close')}</button></header>
<svg class="trace" id="trace" viewBox="0 0 240 56" preserveAspectRatio="none" aria-hidden="true">
<polyline id="trace-buffer" class="trace-buffer"></polyline><polyline id="trace-latency" class="trace-latency"></polyline>
</svg>
<p class="trace-key" aria-hidden="true"><span class="key-latency">Latency</span><span class="key-buffer">Buffer</span><span id="trace-scale"></span></p>
<dl>${rows}</dl>
</section>`;
}

const SHORTCUTS = [
  ['Space', 'Play or pause', 'or K'],
  ['L', 'Go to live', ''],
  ['M', 'Mute or unmute', ''],
  ['↑ ↓', 'Volume', ''],
  ['F', 'Full screen', ''],
  ['P', 'Picture in picture', ''],
  ['I', 'Statistics', ''],
  ['?', 'These shortcuts', ''],
] as const;

function shortcutHelp(): Html {
  const rows = SHORTCUTS.map(
    ([key, what, or]) =>
      html`<div><dt><kbd>${key}</kbd>${or && html`<span>${or.slice(0, 3)}</span><kbd>${or.slice(3)}</kbd>`}</dt><dd>${what}</dd></div>`,
  );
  return html`<dialog class="help" id="help" aria-labelledby="help-title">
<header><h2 id="help-title">Keyboard shortcuts</h2><button type="button" class="control small" id="help-close" aria-label="Close">${icon('close')}</button></header>
<dl>${rows}</dl>
</dialog>`;
}
