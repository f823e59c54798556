import { html, raw } from 'hono/html';
import { embed } from '../../generated/pages.ts';
import { type Html, htmlDocument } from '../pages/document.ts';
import { icon } from '../pages/icons.ts';
import type { EmbedQuery } from './embed-query.ts';
import { type Share, shareTitle } from './share-tags.ts';

export interface EmbedPageParts extends Share {
  readonly query: EmbedQuery;
  /** The link is its viewer's own, and is shown to nobody else. */
  readonly isPrivateLink: boolean;
}

/** `/embed/{channelId}`: a player that fills the frame, and nothing else. The same for every state of the channel. */
export function embedPage({ origin, channelId, query, isPrivateLink }: EmbedPageParts): Html {
  const engine = query.engine === 'hls' ? ' engine="hls"' : '';
  const player = html`<sluice-player id="player" channel="${channelId}" edge="../" keys="page"${raw(engine)}></sluice-player>`;
  return htmlDocument({
    title: shareTitle(channelId),
    description: `Watch ${channelId} live.`,
    share: isPrivateLink ? undefined : { origin, channelId },
    entry: query.autoplay ? embed : { ...embed, preloads: [] },
    channelId,
    kind: 'embed',
    isMuted: query.muted,
    body: html`<main>
<h1 class="visually-hidden">${channelId}</h1>
${query.autoplay ? player : invitation(channelId, player)}
</main>
<noscript><p class="notice-line">The player needs JavaScript.</p></noscript>`,
  });
}

/** How the channel looks now, to be pressed. */
function invitation(channelId: string, player: Html): Html {
  return html`<button type="button" class="begin" id="begin" aria-label="Play ${channelId}">
<img src="../live/${channelId}/thumbnail" alt="">
<span class="begin-mark">${icon('play')}</span>
</button>
<template>${player}</template>`;
}

/** In the player's stead: what is wrong with the frame's address, or when to look again. */
export function embedNotice(headline: string, sentence: string): Html {
  return htmlDocument({
    title: `${headline} · Sluice`,
    description: sentence,
    entry: { ...embed, preloads: [], script: undefined },
    kind: 'embed',
    body: html`<main class="door">
<h1>${headline}</h1>
<p class="door-text">${sentence}</p>
</main>`,
  });
}
