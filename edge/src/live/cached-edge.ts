import { WorkerEntrypoint } from 'cloudflare:workers';
import type { EdgeBindings } from '../environment.ts';
import { giveRights } from '../playback/request-rights.ts';
import { giveRegion } from './request-region.ts';
import { liveRoutes } from './routes.ts';
import { BEHIND_CACHE, type CachedProps } from './workers-cache.ts';

const routes = liveRoutes();
/** One for each environment: what is derived from bindings is remembered by their object. */
const innerBindings = new WeakMap<EdgeBindings, EdgeBindings>();

/**
 * The viewers' routes behind the platform's cache (workers-cache.ts). It takes what it is told of the viewer's rights for
 * true: only Workers of the same account can call it.
 */
export class CachedEdge extends WorkerEntrypoint<EdgeBindings, CachedProps> {
  override async fetch(request: Request): Promise<Response> {
    const { region, viewer, encoding } = this.ctx.props;
    const url = new URL(request.url);
    url.pathname = url.pathname.replace(/^\/live/, '');
    const asked = new Request(url, { headers: encoding === 'gzip' ? { 'accept-encoding': 'gzip' } : {} });
    giveRights(asked, viewer);
    giveRegion(asked, region);
    return routes.fetch(asked, innerOf(this.env), this.ctx);
  }
}

/** What is behind the cache must not ask it, and whoever asks was counted before it. */
function innerOf(bindings: EdgeBindings): EdgeBindings {
  const known = innerBindings.get(bindings);
  if (known !== undefined) return known;
  const inner = { ...bindings, WORKERS_CACHE: BEHIND_CACHE };
  innerBindings.set(bindings, inner);
  return inner;
}
