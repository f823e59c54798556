import { html } from 'hono/html';
import { start } from '../../generated/pages.ts';
import { type Html, htmlDocument } from './document.ts';

/** `/watch`: where to type a channel's name. The form works without a script; the script adds what was watched before. */
export function indexPage(): Html {
  return htmlDocument({
    title: 'Sluice',
    description: 'Live streaming with no origin server.',
    entry: start,
    kind: 'index',
    body: html`<main class="door">
<h1>Watch a channel</h1>
<form action="/watch" method="get" class="door-form">
<label for="channel" class="visually-hidden">Channel</label>
<input id="channel" name="channel" placeholder="channel name" required pattern="[a-z0-9][a-z0-9\\-]{1,62}" title="2 to 63 of a-z, 0-9 and -" maxlength="63" autocapitalize="none" autocomplete="off" spellcheck="false">
<button type="submit" class="primary">Watch</button>
</form>
<section class="recent" id="recent" aria-labelledby="recent-title" hidden><h2 id="recent-title">Watched before</h2><ul id="recent-list"></ul></section>
</main>`,
  });
}
