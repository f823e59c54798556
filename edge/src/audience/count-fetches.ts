import { BroadcastId, ChannelId, isPrivateBroadcast, parseMediaFileName } from '@sluice/contracts';
import type { Context, MiddlewareHandler } from 'hono';
import { mpdFileName } from '../dash/media-presentation.ts';
import type { EdgeEnv } from '../environment.ts';
import { viewingAsk } from '../live/ask-viewing.ts';
import { BROADCAST_HEADER } from '../live/playlist-answer.ts';
import { regionOfRequest } from '../live/request-region.ts';
import { BEHIND_CACHE } from '../live/workers-cache.ts';
import { bucketUrlOf } from '../media/media-settings.ts';
import { ListedId } from '../mux/muxed-id.ts';
import { readReloadDirectives } from '../window/reload-directives.ts';
import type { SegmentFetches } from './fetches.ts';
import { counter, tellDue } from './tell-relay.ts';
import { BEGINS } from './view-query.ts';

/** Counts media that is fetched, below `/live/{channelId}/{broadcastId}/{rendition}/{file}`. */
export function countFetches(): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    await next();
    // A range may be one of many of the same file; who asks so is counted by the file's beginning.
    const isWhole = c.res.status === 200 || c.res.headers.get('content-range')?.startsWith('bytes 0-') === true;
    if (c.req.method === 'GET' && isWhole && c.env.WORKERS_CACHE !== BEHIND_CACHE) countFetch(c);
  };
}

/**
 * Counts who begins to watch, below `/live/{channelId}/`: players fetch what lists a whole broadcast once and then go on
 * with what it names, also those of LL-DASH, whose MPD sends them to that of its broadcast. Who begins with that one says
 * so (BEGINS).
 */
export function countViews(): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    await next();
    const channelId = ChannelId.safeParse(c.req.param('channelId'));
    const broadcastId = BroadcastId.safeParse(c.res.headers.get(BROADCAST_HEADER));
    if (c.req.method !== 'GET' || c.res.status !== 200 || c.env.WORKERS_CACHE === BEHIND_CACHE) return;
    if (!channelId.success || !broadcastId.success) return;
    const goesOn = c.req.param('mpd') === mpdFileName(broadcastId.data) && c.req.query(BEGINS) === undefined;
    if (goesOn) return;
    const place = { channelId: channelId.data, broadcastId: broadcastId.data, region: regionOfRequest(c.req.raw) };
    counter.viewed(place, Date.now());
    tellDue(c, place);
  };
}

/**
 * Counts playlists in the stead of media that is fetched from the bucket's own domain, below
 * `/live/{channelId}/{broadcastId}/{rendition}.m3u8`: who waits for a part fetches it, who asks plainly fetches what is
 * newest.
 */
export function countReloads(): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    await next();
    const channelId = ChannelId.safeParse(c.req.param('channelId'));
    const broadcastId = BroadcastId.safeParse(c.req.param('broadcastId'));
    const renditionId = ListedId.safeParse(c.req.param('playlist')?.replace(/\.m3u8$/, ''));
    if (c.req.method !== 'GET' || c.res.status !== 200 || c.env.WORKERS_CACHE === BEHIND_CACHE) return;
    if (!channelId.success || !broadcastId.success || !renditionId.success) return;
    const place = { channelId: channelId.data, broadcastId: broadcastId.data, renditionId: renditionId.data };
    if (readsFromBucket(c, place)) countMedia(c, place, waitedFor(new URL(c.req.url).searchParams));
  };
}

function waitedFor(query: URLSearchParams): Fetched {
  const read = readReloadDirectives(query);
  if (read.kind !== 'reload') return { msn: 0, segments: 1, parts: 0 };
  const { msn, partIndex } = read.directives;
  return partIndex === undefined ? { msn, segments: 1, parts: 0 } : { msn, segments: 0, parts: 1 };
}

function countFetch(c: Context<EdgeEnv>): void {
  const fetched = fetchedOf(c.req.param('file') ?? '');
  const channelId = ChannelId.safeParse(c.req.param('channelId'));
  const broadcastId = BroadcastId.safeParse(c.req.param('broadcastId'));
  const renditionId = ListedId.safeParse(c.req.param('renditionId'));
  if (fetched === undefined || !channelId.success || !broadcastId.success || !renditionId.success) return;
  const place = { channelId: channelId.data, broadcastId: broadcastId.data, renditionId: renditionId.data };
  // Whoever reads parts here, and not from the bucket's own domain, was counted when it asked for the playlist.
  if (fetched.parts === 0 || !readsFromBucket(c, place)) countMedia(c, place, fetched);
}

/** Playlists point to the bucket's own domain. */
function readsFromBucket(c: Context<EdgeEnv>, { channelId, broadcastId }: FetchPlace): boolean {
  return bucketUrlOf(c.env, channelId) !== undefined && !isPrivateBroadcast(broadcastId);
}

export interface Fetched extends SegmentFetches {
  readonly msn: number;
}

export interface FetchPlace {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly renditionId: string;
}

/** Somebody fetched this much of a segment; msn 0: of the newest. */
export function countMedia(c: Context<EdgeEnv>, place: FetchPlace, { msn, ...counts }: Fetched): void {
  const asked = viewingAsk(c.req.raw, place.channelId);
  const counted = { ...place, region: asked.region };
  counter.fetched(counted, msn, counts, Date.now());
  tellDue(c, counted);
}

function fetchedOf(fileName: string): Fetched | undefined {
  const file = parseMediaFileName(fileName);
  switch (file?.kind) {
    case 'part':
      return { msn: file.msn, segments: 0, parts: 1 };
    case 'segment':
      return { msn: file.msn, segments: 1, parts: 0 };
    default:
      return undefined;
  }
}
