import { createHash } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { ApiEnv } from '../http/api.ts';
import { apiRoutes } from './api-route.ts';
import { buildDocument } from './build-document.ts';
import { documentPage } from './page/document-page.ts';
import { PAGE_SCRIPT } from './page/script.ts';
import { PAGE_STYLE } from './page/style.ts';

/** They change when the API is deployed anew. */
const CACHED = { 'cache-control': 'public, max-age=300' };

/** Nothing from elsewhere, and of what stands in the page this script and this style sheet only (CSP Level 3 §2.3.1). */
const PAGE_HEADERS = {
  ...CACHED,
  'content-security-policy': [
    "default-src 'none'",
    `script-src '${sha256(PAGE_SCRIPT)}'`,
    `style-src '${sha256(PAGE_STYLE)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/**
 * `/openapi.json` and `/docs`: the routes of an API, for programs and for people. Open to everybody, as they hold nothing
 * of anybody.
 */
export function documentRoutes(api: Pick<OpenAPIHono<ApiEnv>, 'openAPIRegistry'>): Hono {
  const app = new Hono();
  const documentAt = newest((origin) => buildDocument(apiRoutes(api), origin));
  const pageAt = newest((origin) => documentPage(documentAt(origin)));
  app.get('/openapi.json', (c) => c.json(documentAt(new URL(c.req.url).origin), 200, CACHED));
  app.get('/docs', (c) => c.html(pageAt(new URL(c.req.url).origin), 200, PAGE_HEADERS));
  return app;
}

/** Makes it once for an origin. Only the newest is kept: there is one, unless somebody makes up names. */
function newest<T>(make: (origin: string) => T): (origin: string) => T {
  let kept: { readonly origin: string; readonly made: T } | undefined;
  return (origin) => {
    if (kept?.origin !== origin) kept = { origin, made: make(origin) };
    return kept.made;
  };
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
