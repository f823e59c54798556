import type { ChannelId } from '@sluice/contracts';
import { html } from 'hono/html';
import type { Html } from '../pages/document.ts';

/** What is written of a channel where others show a link to it. */
export interface Share {
  /** The edge's own: all addresses of these tags are whole. */
  readonly origin: string;
  readonly channelId: ChannelId;
}

/** As every thumbnail is wide, and as high as one of 16:9 is (ingest-node, THUMBNAIL_WIDTH_PX). */
export const PREVIEW_SIZE_PX = { width: 320, height: 180 } as const;
/** What a player in a preview is given where nothing says how much room there is. */
const PLAYER_SIZE_PX = { width: 1280, height: 720 } as const;
export const PROVIDER_NAME = 'Sluice';

/** The title of a channel's page, and of its previews. */
export function shareTitle(channelId: ChannelId): string {
  return `${channelId} · Sluice`;
}

export function watchUrl({ origin, channelId }: Share): string {
  return `${origin}/watch/${channelId}`;
}

export function embedUrl({ origin, channelId }: Share): string {
  return `${origin}/embed/${channelId}`;
}

/** Always a picture: the newest thumbnail, or one that stands for it. */
export function previewUrl({ origin, channelId }: Share): string {
  return `${origin}/live/${channelId}/preview.jpg`;
}

export function oembedUrl(share: Share): string {
  return `${share.origin}/oembed?${new URLSearchParams({ url: watchUrl(share), format: 'json' })}`;
}

/**
 * Open Graph (ogp.me), Twitter's player card, which others read too, and where oEmbed is (oembed.com §4). They are the
 * same whether the channel is live or not: those who show links keep them for days.
 */
export function shareTags(share: Share, description: string): Html {
  const title = shareTitle(share.channelId);
  const { width, height } = PLAYER_SIZE_PX;
  return html`<meta property="og:site_name" content="${PROVIDER_NAME}">
<meta property="og:type" content="video.other">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
<meta property="og:url" content="${watchUrl(share)}">
<meta property="og:image" content="${previewUrl(share)}">
<meta property="og:image:type" content="image/jpeg">
<meta property="og:image:width" content="${PREVIEW_SIZE_PX.width}">
<meta property="og:image:height" content="${PREVIEW_SIZE_PX.height}">
<meta property="og:image:alt" content="${`How ${share.channelId} looks now`}">
<meta property="og:video" content="${embedUrl(share)}">
${share.origin.startsWith('https:') ? html`<meta property="og:video:secure_url" content="${embedUrl(share)}">` : ''}
<meta property="og:video:type" content="text/html">
<meta property="og:video:width" content="${width}">
<meta property="og:video:height" content="${height}">
<meta name="twitter:card" content="player">
<meta name="twitter:title" content="${title}">
<meta name="twitter:description" content="${description}">
<meta name="twitter:image" content="${previewUrl(share)}">
<meta name="twitter:player" content="${embedUrl(share)}">
<meta name="twitter:player:width" content="${width}">
<meta name="twitter:player:height" content="${height}">
<link rel="alternate" type="application/json+oembed" href="${oembedUrl(share)}" title="${title}">`;
}
