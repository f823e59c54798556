import type { ChannelId } from '@sluice/contracts';
import { html } from 'hono/html';
import { embedUrl, PREVIEW_SIZE_PX, PROVIDER_NAME, previewUrl, type Share, shareTitle } from './share-tags.ts';

/** How long who asked may keep the answer: its parts hardly ever change. */
export const OEMBED_AGE_S = 300;
/** What a frame needs leave for. Nothing is encrypted, so there is no more. */
export const FRAME_ALLOWS = 'autoplay; fullscreen; picture-in-picture';

/** Where nothing says how much room there is. */
const USUAL_WIDTH_PX = 640;
const WIDTH_PX_MAX = 1920;
const RATIO = 16 / 9;

/** An answer of oEmbed 1.0 (oembed.com §2.3.4). */
export type Oembed = OembedCommon & (OembedVideo | { readonly type: 'link' });

interface OembedCommon {
  readonly version: '1.0';
  readonly title: string;
  readonly provider_name: string;
  readonly provider_url: string;
  /** Seconds. */
  readonly cache_age: number;
  readonly thumbnail_url?: string;
  readonly thumbnail_width?: number;
  readonly thumbnail_height?: number;
}

interface OembedVideo {
  readonly type: 'video';
  readonly html: string;
  readonly width: number;
  readonly height: number;
}

/** How much room there is, in CSS pixels; `undefined`: nobody said. */
export interface OembedRoom {
  readonly maxwidth?: number | undefined;
  readonly maxheight?: number | undefined;
}

/** What is said about a channel. One that no other site may embed is a link (§2.3.4.4). Pure. */
export async function oembedOf(share: Share, room: OembedRoom, isEmbeddable: boolean): Promise<Oembed> {
  const common: OembedCommon = {
    version: '1.0',
    title: shareTitle(share.channelId),
    provider_name: PROVIDER_NAME,
    provider_url: `${share.origin}/`,
    cache_age: OEMBED_AGE_S,
    ...thumbnail(share, room),
  };
  if (!isEmbeddable) return { ...common, type: 'link' };
  const size = playerSize(room);
  return { ...common, type: 'video', html: await frameHtml(share, size), ...size };
}

/** The largest player of 16:9 that fits. */
export function playerSize({ maxwidth, maxheight }: OembedRoom): { readonly width: number; readonly height: number } {
  const wantedPx = maxwidth ?? (maxheight === undefined ? USUAL_WIDTH_PX : WIDTH_PX_MAX);
  const width = Math.min(wantedPx, WIDTH_PX_MAX, Math.floor((maxheight ?? Number.POSITIVE_INFINITY) * RATIO));
  return { width: Math.max(1, width), height: Math.max(1, Math.floor(width / RATIO)) };
}

/** It must fit as well, and there is one size of it. */
function thumbnail(share: Share, { maxwidth, maxheight }: OembedRoom): Partial<OembedCommon> {
  const { width, height } = PREVIEW_SIZE_PX;
  if ((maxwidth ?? width) < width || (maxheight ?? height) < height) return {};
  return { thumbnail_url: previewUrl(share), thumbnail_width: width, thumbnail_height: height };
}

async function frameHtml(share: Share, { width, height }: { readonly width: number; readonly height: number }) {
  const { channelId } = share;
  const frame =
    await html`<iframe src="${embedUrl(share)}" width="${width}" height="${height}" title="${frameTitle(channelId)}" allow="${FRAME_ALLOWS}" allowfullscreen frameborder="0" loading="lazy"></iframe>`;
  return frame.toString();
}

function frameTitle(channelId: ChannelId): string {
  return `${channelId}, live`;
}
