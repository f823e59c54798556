import type { MiddlewareHandler } from 'hono';

/**
 * Any page may play (HLS-RULES.md A7.56). No credentials are involved, so `*` keeps answers shareable by caches. Age and
 * Date tell players how old a playlist is; without them in the list scripts cannot read them.
 */
const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Age, Date, Content-Length, Content-Range',
  'timing-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
} as const;

/** A preflight is asked per URL, so each costs a viewer a round trip: as long as browsers will keep it. */
const PREFLIGHT_AGE_S = 86_400;

const METHODS = 'GET, HEAD, OPTIONS';

/** Headers on every answer to viewers, refusals and failures too; answers preflights itself. */
export function viewerCors(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'OPTIONS') {
      c.res = new Response(null, {
        status: 204,
        headers: {
          allow: METHODS,
          'access-control-allow-methods': METHODS,
          'access-control-allow-headers': 'Range, If-None-Match, If-Modified-Since',
          'access-control-max-age': String(PREFLIGHT_AGE_S),
        },
      });
    } else {
      await next();
    }
    for (const [name, value] of Object.entries(CORS_HEADERS)) c.res.headers.set(name, value);
    // The platform sets it where it runs for real, and players tell the age of a playlist by it.
    if (!c.res.headers.has('date')) c.res.headers.set('date', new Date().toUTCString());
  };
}
