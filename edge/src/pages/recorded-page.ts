import { type RecordedAbout, thumbnailKey } from '@sluice/contracts';
import { html, raw } from 'hono/html';
import { recorded } from '../../generated/pages.ts';
import { PROVIDER_NAME } from '../embed/share-tags.ts';
import type { RecordedKind } from '../vod/recording-shelf.ts';
import { type Html, htmlDocument } from './document.ts';
import { icon } from './icons.ts';

export interface RecordedPageParts {
  readonly kind: RecordedKind;
  readonly id: string;
  /** Absent: whoever asks may not know anything of it. */
  readonly about: RecordedAbout | undefined;
  /** Of a picture of it, for whoever shows a link to the page. */
  readonly imageUrl: string | undefined;
  /** In the stead of what the browser would do best with. */
  readonly engine: 'hls' | undefined;
}

const NAMES = { vod: 'Recording', clip: 'Clip' } as const satisfies Record<RecordedKind, string>;
const ATTRIBUTES = { vod: 'recording', clip: 'clip' } as const satisfies Record<RecordedKind, string>;

/** `/vod/{broadcastId}` and `/clip/{clipId}`: the link that people share. */
export function recordedPage({ kind, id, about, imageUrl, engine }: RecordedPageParts): Html {
  const name = NAMES[kind];
  const title = about === undefined ? name : `${about.channelId} · ${name}`;
  const engineAttribute = engine === undefined ? '' : ` engine="${engine}"`;
  const description = about === undefined ? `Watch the ${name.toLowerCase()}.` : descriptionOf(name, about);
  return htmlDocument({
    title: `${title} · ${PROVIDER_NAME}`,
    description,
    tags: imageUrl === undefined ? undefined : previewTags(`${title} · ${PROVIDER_NAME}`, description, imageUrl),
    entry: recorded,
    kind: 'watch',
    body: html`<main>
<sluice-player id="player" ${ATTRIBUTES[kind]}="${id}" edge="../" keys="page"${raw(engineAttribute)}></sluice-player>
<div class="about">
<div class="about-text"><h1>${about?.channelId ?? name}</h1><p id="about-line" class="about-line">${name}${
      about === undefined
        ? ''
        : html` of <time id="recorded-at" datetime="${new Date(about.fromMs).toISOString()}">${dayOf(about)}</time>`
    }</p></div>
<div class="about-actions"><button type="button" class="quiet" id="copy-link">Copy link</button><button type="button" class="quiet" id="help-toggle" aria-haspopup="dialog">${icon('keys')}<span>Shortcuts</span></button></div>
</div>
</main>
<noscript><p class="notice-line">This page needs JavaScript to play it.</p></noscript>`,
  });
}

/** Open Graph (ogp.me): what others show where somebody links to the page. */
function previewTags(title: string, description: string, imageUrl: string): Html {
  return html`<meta property="og:site_name" content="${PROVIDER_NAME}">
<meta property="og:type" content="video.other">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
<meta property="og:image" content="${imageUrl}">
<meta property="og:image:type" content="image/jpeg">
<meta name="twitter:card" content="summary_large_image">`;
}

/** The stored picture of it, below `/live`; `undefined`: there is none. */
export function pictureKey({ channelId, broadcastId, pictureSlot }: RecordedAbout): string | undefined {
  return pictureSlot === null ? undefined : thumbnailKey({ channelId, broadcastId }, pictureSlot);
}

function descriptionOf(name: string, about: RecordedAbout): string {
  return `${name} of ${about.channelId}, ${dayOf(about)}.`;
}

/** By the one clock that all readers have; the page tells it by the viewer's own. */
function dayOf({ fromMs }: RecordedAbout): string {
  return new Date(fromMs).toISOString().slice(0, 10);
}
