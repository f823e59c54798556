import type { ChannelId } from '@sluice/contracts';
import { html, raw } from 'hono/html';
import { watch } from '../../generated/pages.ts';
import { shareTitle } from '../embed/share-tags.ts';
import { type Html, htmlDocument } from './document.ts';
import { icon } from './icons.ts';

export interface WatchPageParts {
  readonly channelId: ChannelId;
  /** The edge's own, for whoever shows a link to the page; `undefined`: the link is its viewer's own. */
  readonly origin: string | undefined;
  /** In the stead of what the browser would do best with. */
  readonly engine: 'hls' | undefined;
}

/**
 * `/watch/{channelId}`. The same for every state of the channel: what is on is found out by the script. What the player
 * asks for is beside the page, so below a playback token all of it has that token.
 */
export function watchPage({ channelId, origin, engine }: WatchPageParts): Html {
  return htmlDocument({
    title: shareTitle(channelId),
    description: `Watch ${channelId} live.`,
    share: origin === undefined ? undefined : { origin, channelId },
    entry: watch,
    channelId,
    kind: 'watch',
    body: html`<main>
<sluice-player id="player" channel="${channelId}" edge="../" keys="page"${raw(engine === undefined ? '' : ` engine="${engine}"`)}></sluice-player>
<div class="about">
<div class="about-text"><h1>${channelId}</h1><p id="about-line" class="about-line">&nbsp;</p></div>
<div class="about-actions"><button type="button" class="quiet" id="copy-link">Copy link</button><button type="button" class="quiet" id="help-toggle" aria-haspopup="dialog">${icon('keys')}<span>Shortcuts</span></button></div>
</div>
</main>
<noscript><p class="notice-line">This page needs JavaScript to play the stream.</p></noscript>`,
  });
}
