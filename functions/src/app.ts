import { PLAYBACK_JWKS_PATH } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Logger } from 'pino';
import { channelRoutes } from './channels/routes.ts';
import { requireBearer } from './http/bearer.ts';
import { problem } from './http/problem.ts';
import { Refusal } from './http/refusal.ts';
import { eventsOfChannel, eventsOfNodes } from './ingest/events-routes.ts';
import type { GrantSigner } from './ingest/grant-signer.ts';
import { ingestRoutes } from './ingest/routes.ts';
import type { Jwks } from './ingest/signing-key.ts';
import { PlaybackKeyRing } from './playback/playback-key-ring.ts';
import type { RevocationOutbox } from './playback/revocation-outbox.ts';
import { revocationRoutes } from './playback/revocations-routes.ts';
import { playbackKeyRoutes, playbackTokenRoutes } from './playback/routes.ts';
import type { ControlStore } from './storage/control-store.ts';
import { streamKeyRoutes } from './stream-keys/routes.ts';

/** Grants' key is the same for ever. */
const JWKS_AGE_S = 300;
/** A new key signs at once, and a retired one must not be good for long. */
const PLAYBACK_JWKS_AGE_S = 5;

/** What the control API is made of. */
export interface AppParts {
  readonly store: ControlStore;
  readonly signer: GrantSigner;
  /** Where viewers, and this API, find the edge: an origin, without a slash at its end. */
  readonly edgeUrl: string;
  readonly outbox: RevocationOutbox;
  /** What ingest nodes prove themselves with. Secret. */
  readonly nodeToken: string;
  /** What an administrator proves itself with. Secret. */
  readonly adminToken: string;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** The control API. The same app runs wherever Hono does. */
export function createApp(parts: AppParts): Hono {
  const { store, signer, outbox, edgeUrl, nodeToken, adminToken, log, nowMs } = parts;
  const app = new Hono();
  const keys = new PlaybackKeyRing(store, nowMs);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_c, methods) => problem('method-not-allowed', undefined, { allow: methods.join(', ') }),
    }),
  );
  app.use(async (c, next) => {
    await next();
    c.header('x-content-type-options', 'nosniff');
    // Answers hold keys and grants, or what changes by the next request.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });

  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/.well-known/jwks.json', (c) => jwksAnswer(c, signer.jwks, JWKS_AGE_S));
  app.get(PLAYBACK_JWKS_PATH, async (c) => jwksAnswer(c, await keys.jwks(), PLAYBACK_JWKS_AGE_S));

  app.use('/v1/ingest/*', requireBearer(nodeToken));
  app.route('/v1/ingest', ingestRoutes({ store, signer, nowMs }));
  app.route('/v1/ingest', eventsOfNodes(store, nowMs));
  app.use('/v1/channels/*', requireBearer(adminToken));
  app.use('/v1/playback-keys/*', requireBearer(adminToken));
  app.route('/v1/channels', channelRoutes({ store, outbox, nowMs }));
  app.route('/v1/channels', streamKeyRoutes(store, nowMs));
  app.route('/v1/channels', eventsOfChannel(store));
  app.route('/v1/channels', playbackTokenRoutes({ store, keys, edgeUrl, nowMs }));
  app.route('/v1/channels', revocationRoutes({ store, outbox, nowMs }));
  app.route('/v1/playback-keys', playbackKeyRoutes(keys));

  app.notFound(() => problem('no-such-address'));
  app.onError((error, c) => {
    if (error instanceof Refusal) return problem(error.code, error.detail, error.headers);
    // Neither path nor body: who knows what was typed there.
    log.error({ err: error, method: c.req.method }, 'a request failed');
    return problem('internal-error', 'The control API failed. It has been logged; try again.');
  });
  return app;
}

function jwksAnswer(c: Context, jwks: Jwks, ageS: number): Response {
  const headers = { 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${ageS}` };
  return c.json(jwks, 200, headers);
}
