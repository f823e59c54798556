import { ChannelId } from '@sluice/contracts';
import type { Context } from 'hono';
import { z } from 'zod';
import type { EdgeEnv } from '../environment.ts';
import { cacheControl } from '../http/cache-control.ts';
import { JSON_CONTENT_TYPE } from '../http/content-types.ts';
import { problem } from '../http/problem.ts';
import { askStatus } from '../live/ask-status.ts';
import { viewingAsk } from '../live/ask-viewing.ts';
import { admissionOf } from '../playback/admission.ts';
import { shownStatus } from '../playback/shown-status.ts';
import { ANYBODY } from '../playback/viewer-rights.ts';
import { oembedOf } from './oembed.ts';

const URL_CHARS_MAX = 2_048;
/** Larger than any screen. */
const ROOM_PX_MAX = 100_000;

const Pixels = z
  .string()
  .regex(/^[0-9]{1,6}$/, 'is a whole number of pixels')
  .transform(Number)
  .pipe(z.number().min(1, 'is at least 1').max(ROOM_PX_MAX, `is at most ${ROOM_PX_MAX}`));
/** oembed.com §2.2. */
const OembedQuery = z.object({
  url: z.string('is needed: the address of a watch page').max(URL_CHARS_MAX, 'is too long'),
  format: z.string().default('json'),
  maxwidth: Pixels.optional(),
  maxheight: Pixels.optional(),
});

const PAGE_PATH = /^\/(?:watch|embed)\/([^/]+)\/?$/;
const PRIVATE_PATH = /^\/t\/[^/]+\/(?:watch|embed)\//;

/** `GET /oembed?url=…`. */
export async function oembed(c: Context<EdgeEnv>): Promise<Response> {
  const query = OembedQuery.safeParse(c.req.query());
  if (!query.success) return problem('malformed-query', sentence(query.error));
  const { url, format, ...room } = query.data;
  if (format !== 'json') return problem('format-not-there', 'There is format=json.');
  const { origin, host } = new URL(c.req.url);
  const page = pageOf(url, host);
  if (page === 'private') return problem('page-is-private', 'A link with a playback token is its viewer’s own.');
  if (page === undefined) return problem('no-such-address', 'That is the address of no watch page here.');
  const ask = viewingAsk(c.req.raw, page);
  const reply = await askStatus(c.env, ask, undefined);
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  const { state } = shownStatus({ channelId: page, ...reply.status }, ANYBODY);
  if (state === 'private') return problem('page-is-private', 'The channel is private.');
  const sites = await admissionOf(c.env).embedSites(c.env, ask, c.executionCtx);
  if (sites === undefined) return problem('unavailable');
  const answer = await oembedOf({ origin, channelId: page }, room, sites === null || sites.length > 0);
  return c.body(JSON.stringify(answer), 200, {
    'content-type': JSON_CONTENT_TYPE,
    'cache-control': cacheControl({ kind: 'oembed' }),
  });
}

/** Whose page it is; `undefined`: it is none of a channel's here. That of a token is told apart without a look at it. */
function pageOf(address: string, host: string): ChannelId | 'private' | undefined {
  const url = URL.parse(address);
  // Whoever asks may have found the page over http before it was sent on to https.
  if (url === null || !/^https?:$/.test(url.protocol) || url.host !== host) return undefined;
  if (PRIVATE_PATH.test(url.pathname)) return 'private';
  const [, name] = PAGE_PATH.exec(url.pathname) ?? [];
  return ChannelId.safeParse(name).data;
}

function sentence({ issues: [issue] }: z.ZodError): string {
  return `${String(issue?.path[0])} ${issue?.message ?? 'cannot be read'}.`;
}
