import { html } from 'hono/html';
import { consoleApp } from '../../generated/pages.ts';
import { type Html, htmlDocument } from './document.ts';

/** `/`, and all that the console shows by itself: the same document, whatever the address says. */
export function consolePage(): Html {
  return htmlDocument({
    title: 'Sluice',
    description: 'Live streaming with no origin server.',
    entry: consoleApp,
    kind: 'console',
    body: html`<div id="console"></div>
<noscript><p class="notice-line">The console needs JavaScript. <a href="/watch">Watch a channel</a> instead.</p></noscript>`,
  });
}
