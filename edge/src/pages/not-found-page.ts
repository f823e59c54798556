import { html } from 'hono/html';
import { type Html, htmlDocument } from './document.ts';

/** For an address that can never be a page. An unknown but well-formed channel gets the watch page, which waits for it. */
export function notFoundPage(sentence: string): Html {
  return htmlDocument({
    title: 'Not found · Sluice',
    description: 'There is no such page.',
    kind: 'notice',
    body: html`<main class="door">
<h1>There is nothing here</h1>
<p class="door-text">${sentence}</p>
<p><a class="primary" href="/">To the start page</a></p>
</main>`,
  });
}
