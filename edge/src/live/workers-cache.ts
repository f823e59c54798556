import type { Context, MiddlewareHandler } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { clientAcceptEncoding, takesGzip } from '../http/accept-encoding.ts';
import { rightsOf } from '../playback/request-rights.ts';
import type { ViewerRights } from '../playback/viewer-rights.ts';
import type { Region } from '../relay/region.ts';
import { AUDIO_ONLY } from './audio-query.ts';
import { regionOfRequest } from './request-region.ts';

/** What answers differ by beside their address: it is part of the platform's cache key, and of no address. */
export interface CachedProps {
  readonly region: Region;
  readonly viewer: ViewerRights;
  readonly encoding: 'gzip' | 'identity';
}

/** The entrypoint behind the platform's cache: `ctx.exports.CachedEdge`. */
export type CachedEdgeExport = (options: { readonly props: CachedProps }) => Pick<Fetcher, 'fetch'>;

/** What WORKERS_CACHE is for the entrypoint behind the cache. */
export const BEHIND_CACHE = 'behind';

/** Parameters that answers differ by, in the order in which they stand in a key; all others are dropped. */
const KEY_PARAMETERS = ['_HLS_msn', '_HLS_part', '_HLS_skip', 'init', AUDIO_ONLY] as const;

/**
 * Sends what may be shared through Cloudflare's Workers Cache, where the deployment has it (`WORKERS_CACHE=on`, and
 * `cache` for the entrypoint in wrangler.jsonc): one run a data centre for each key, and an upper tier. The token was
 * checked and cut off before; the key is the canonical address, without it, and CachedProps.
 */
export function throughWorkersCache(): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    // A cache keeps whole answers and cuts ranges itself; whether it asks for the whole then is not known.
    const isShared = c.req.method === 'GET' && c.req.header('range') === undefined;
    const inner = c.env.WORKERS_CACHE === 'on' && isShared ? cachedEdge(c) : undefined;
    if (inner === undefined) {
      await next();
      return;
    }
    const answer = await inner.fetch(new Request(canonicalUrl(c.req.url)));
    c.res = new Response(answer.body, answer);
  };
}

/** The one address of an answer: without parameters that change nothing, the rest in one order. */
export function canonicalUrl(address: string): string {
  const url = new URL(address);
  // Letters that need no escape are written in more than one way; the platform keeps what is of this Worker's own host.
  const canonical = new URL(plainPath(url.pathname), url.origin);
  for (const name of KEY_PARAMETERS) {
    for (const value of url.searchParams.getAll(name)) canonical.searchParams.append(name, value);
  }
  return canonical.href;
}

function plainPath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    // Not UTF-8: nothing of ours is there.
    return path;
  }
}

function cachedEdge(c: Context<EdgeEnv>): Pick<Fetcher, 'fetch'> | undefined {
  const { exports } = c.executionCtx as { exports?: { CachedEdge?: CachedEdgeExport } };
  // What else a token allows changes no answer, and would be a second copy in the cache.
  const { seesPrivate, heightPxMax } = rightsOf(c.req.raw);
  return exports?.CachedEdge?.({
    props: {
      region: regionOfRequest(c.req.raw),
      viewer: { seesPrivate, heightPxMax },
      encoding: takesGzip(clientAcceptEncoding(c.req.raw)) ? 'gzip' : 'identity',
    },
  });
}
