import { html } from 'hono/html';
import { cacheControl } from '../http/cache-control.ts';
import { htmlDocument } from './document.ts';
import { contentSecurityPolicy, type PagePolicy, SECURITY_HEADERS } from './page-headers.ts';

export interface LinkRefusal {
  readonly status: 403 | 503;
  /** For the viewer: why, and what to do. */
  readonly sentence: string;
  /** See PagePolicy. */
  readonly ancestors?: PagePolicy['ancestors'];
}

/** For a link to a private channel that does not let its viewer in. Nothing of the link is repeated. */
export async function linkRefusedAnswer({ status, sentence, ancestors }: LinkRefusal): Promise<Response> {
  const page = await htmlDocument({
    title: 'This link does not open · Sluice',
    description: 'The link to this channel does not open.',
    kind: 'notice',
    body: html`<main class="door">
<h1>This link does not open</h1>
<p class="door-text">${sentence}</p>
</main>`,
  });
  return new Response(page.toString(), {
    status,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'text/html; charset=UTF-8',
      'content-security-policy': contentSecurityPolicy({ ancestors }),
      'cache-control': cacheControl({ kind: 'never' }),
    },
  });
}
