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
  const routes = apiRoutes(api);
  app.get('/openapi.json', (c) => c.json(buildDocument(routes, originOf(c.req.url)), 200, CACHED));
  app.get('/docs', (c) => c.html(documentPage(buildDocument(routes, originOf(c.req.url))), 200, PAGE_HEADERS));
  return app;
}

function originOf(url: string): string {
  return new URL(url).origin;
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
