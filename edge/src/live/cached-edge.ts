import { WorkerEntrypoint } from 'cloudflare:workers';
import type { EdgeBindings } from '../environment.ts';
import { giveRights } from '../playback/request-rights.ts';
import { giveRegion } from './request-region.ts';
import { liveRoutes } from './routes.ts';
import type { CachedProps } from './workers-cache.ts';

const routes = liveRoutes();

/**
 * The viewers' routes behind the platform's cache (workers-cache.ts). Nothing but this Worker can call it, so what it is
 * told of the viewer's rights is true.
 */
export class CachedEdge extends WorkerEntrypoint<EdgeBindings, CachedProps> {
  override async fetch(request: Request): Promise<Response> {
    const { region, viewer, encoding } = this.ctx.props;
    const url = new URL(request.url);
    url.pathname = url.pathname.replace(/^\/live/, '');
    const asked = new Request(url, { headers: encoding === 'gzip' ? { 'accept-encoding': 'gzip' } : {} });
    giveRights(asked, viewer);
    giveRegion(asked, region);
    // Without the switch: what is behind the cache must not ask it.
    return routes.fetch(asked, { ...this.env, WORKERS_CACHE: 'off' }, this.ctx);
  }
}
