import { type Context, Hono } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { viewerCors } from '../http/cors.ts';
import { problem, unexpectedProblem } from '../http/problem.ts';
import { regionOfRequest } from '../live/request-region.ts';
import { linkRefusedAnswer } from '../pages/link-refused-page.ts';
import type { PagePolicy } from '../pages/page-headers.ts';
import { findRecorded, RECORDED_KINDS, type RecordedKind, recordedKey } from '../vod/recording-shelf.ts';
import { type Admitted, admissionOf } from './admission.ts';
import { giveRights } from './request-rights.ts';
import { type TokenRefusal, tokenProblem, tokenSentence } from './token-refusal.ts';
import type { Circumstances } from './verified-token.ts';

/** What lies below a token: everything else of the edge, asked for without it. */
export interface OpenRoutes {
  fetch(request: Request, bindings: EdgeEnv['Bindings'], life: Context['executionCtx']): Response | Promise<Response>;
}

/**
 * Where these routes are mounted, and the token, as they stand in the address. The router matches decoded paths and takes
 * `/%74/` for it as well: there is nothing at that.
 */
const TOKEN_PREFIX = /^\/t\/[^/]*/;
/** An answer that was held for longer may have outlived its token. */
const ASK_AGAIN_AFTER_MS = 1_000;
/** Our own origin, and never the path, which holds the token; enough for a token that is bound to this very site. */
const REFERRER_POLICY = 'strict-origin';

/**
 * Addresses below `/t/{token}`. The token is checked and cut off here: nothing behind this sees it, so it stands in no
 * key of a cache, in no log and in nothing that is answered.
 */
export function tokenRoutes(open: OpenRoutes): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.use('/:token/live/*', viewerCors());
  app.all('/:token/live/:channelId/*', (c) => play(c, open, channelOf(c)));
  for (const kind of RECORDED_KINDS) {
    app.get(`/:token/${kind}/:id`, (c) => recordedPage(c, open, kind));
    app.use(`/:token/${kind}/*`, viewerCors());
    app.all(`/:token/${kind}/:id/*`, (c) => playRecorded(c, open, kind));
  }
  app.get('/:token/watch/:channelId', (c) => openPage(c, open, { channelId: channelOf(c) }));
  // Where a link does not open, the frame says so wherever it is: nothing on that page can be pressed.
  app.get('/:token/embed/:channelId', (c) =>
    openPage(c, open, { channelId: channelOf(c), refusalAncestors: 'anybody' }),
  );
  app.all('*', () => problem('no-such-address'));
  app.onError(unexpectedProblem);
  return app;
}

/** The address does not say whose it is, and a token is for one channel. */
async function playRecorded(c: Context<EdgeEnv>, open: OpenRoutes, kind: RecordedKind): Promise<Response> {
  const key = recordedKey(kind, c.req.param('id') ?? '');
  if (key === undefined) return problem('malformed-path');
  const found = await findRecorded({ bindings: c.env, life: c.executionCtx }, key);
  if (found.kind === 'refused') return problem(found.code, found.detail);
  return play(c, open, found.manifest.channelId);
}

function channelOf(c: Context<EdgeEnv>): string {
  return c.req.param('channelId') ?? '';
}

async function play(c: Context<EdgeEnv>, open: OpenRoutes, channelId: string): Promise<Response> {
  const startedAtMs = Date.now();
  const request = withoutToken(c);
  if (request === undefined) return problem('no-such-address');
  const admitted = await admit(c, { channelId, site: siteOf(c.req.raw) });
  if (admitted.kind === 'refused') return tokenProblem(admitted.refusal);
  giveRights(request, admitted.rights);
  const answer = ownedByOne(await passOn(c, open, request));
  if (Date.now() - startedAtMs < ASK_AGAIN_AFTER_MS) return answer;
  const still = await admit(c, { channelId, site: siteOf(c.req.raw) });
  if (still.kind === 'admitted') return answer;
  await answer.body?.cancel();
  return tokenProblem(still.refusal);
}

/** The page of a recording or a clip. Where there is none, whoever asks is told that without a look at the token. */
async function recordedPage(c: Context<EdgeEnv>, open: OpenRoutes, kind: RecordedKind): Promise<Response> {
  const key = recordedKey(kind, c.req.param('id') ?? '');
  if (key === undefined) return problem('malformed-path');
  const found = await findRecorded({ bindings: c.env, life: c.executionCtx }, key);
  if (found.kind === 'found') return openPage(c, open, { channelId: found.manifest.channelId });
  const request = withoutToken(c);
  return request === undefined ? problem('no-such-address') : ownedByOne(await passOn(c, open, request));
}

/** The page itself is no secret and is opened from anywhere; what it plays is asked for on its own. */
async function openPage(
  c: Context<EdgeEnv>,
  open: OpenRoutes,
  { channelId, refusalAncestors }: { channelId: string; refusalAncestors?: PagePolicy['ancestors'] },
): Promise<Response> {
  const request = withoutToken(c);
  if (request === undefined) return problem('no-such-address');
  const admitted = await admit(c, { channelId, site: 'unasked' });
  if (admitted.kind === 'admitted') giveRights(request, admitted.rights);
  const answer =
    admitted.kind === 'admitted'
      ? await passOn(c, open, request)
      : await refusedPage(admitted.refusal, refusalAncestors);
  answer.headers.set('referrer-policy', REFERRER_POLICY);
  return ownedByOne(answer);
}

function refusedPage(refusal: TokenRefusal, ancestors: PagePolicy['ancestors']): Promise<Response> {
  const sentence = tokenSentence(refusal);
  return linkRefusedAnswer({ status: refusal === 'token-unverifiable' ? 503 : 403, sentence, ancestors });
}

function admit(c: Context<EdgeEnv>, { channelId, site }: Pick<Circumstances, 'channelId' | 'site'>): Promise<Admitted> {
  const { cf, headers } = c.req.raw;
  const country = typeof cf?.country === 'string' ? cf.country : undefined;
  const circumstances = {
    nowMs: Date.now(),
    channelId,
    country,
    // The platform sets it and `cf`, whatever a client sends. miniflare, in local mode, believes a client both.
    address: headers.get('cf-connecting-ip') ?? undefined,
    site,
  };
  const token = c.req.param('token') ?? '';
  return admissionOf(c.env).ask(c.env, {
    token,
    circumstances,
    region: regionOfRequest(c.req.raw),
    origin: new URL(c.req.url).origin,
    life: c.executionCtx,
  });
}

/** RFC 6454 §7.3; a request that browsers send without `Origin` has the address of its page, or a part of it. */
function siteOf({ headers }: Request): Circumstances['site'] {
  return { origin: headers.get('origin') ?? URL.parse(headers.get('referer') ?? '')?.origin };
}

function passOn(c: Context<EdgeEnv>, open: OpenRoutes, request: Request): Response | Promise<Response> {
  return open.fetch(request, c.env, c.executionCtx);
}

/** `/t/{token}/live/…` → `/live/…`. The page that sent the request may be below the token too. */
function withoutToken(c: Context<EdgeEnv>): Request | undefined {
  const url = new URL(c.req.url);
  const below = url.pathname.replace(TOKEN_PREFIX, '');
  if (below === url.pathname) return undefined;
  url.pathname = below;
  const request = new Request(url, c.req.raw);
  request.headers.delete('referer');
  return request;
}

/** The address of this answer is one viewer's: shared caches on the way would keep it for nobody else (RFC 9111 §5.2.2.7). */
function ownedByOne(answer: Response): Response {
  const shared = answer.headers.get('cache-control');
  if (shared !== null) answer.headers.set('cache-control', shared.replace(/\bpublic\b/, 'private'));
  return answer;
}
