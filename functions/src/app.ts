import { OpenAPIHono } from '@hono/zod-openapi';
import { PLAYBACK_JWKS_PATH } from '@sluice/contracts';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { authenticate } from './access/authenticate.ts';
import { callerRoutes } from './access/caller-routes.ts';
import { apiTokenRoutes } from './access/routes.ts';
import { auditChanges } from './audit/audit-changes.ts';
import { auditRoutes } from './audit/routes.ts';
import { broadcastRoutes, channelBroadcastRoutes } from './broadcasts/routes.ts';
import { channelRoutes } from './channels/routes.ts';
import { channelClipRoutes, clipRoutes } from './clips/routes.ts';
import type { ControlParts, ControlServices } from './control.ts';
import { edgeEventRoutes } from './edge-events/routes.ts';
import type { ApiEnv } from './http/api.ts';
import { requireBearer } from './http/bearer.ts';
import { idempotency } from './http/idempotency.ts';
import { jsonOnly, smallBody } from './http/json-only.ts';
import { API_RATE_LIMIT, limitRate } from './http/limit-rate.ts';
import { problem } from './http/problem.ts';
import { Refusal } from './http/refusal.ts';
import { eventsOfChannel, eventsOfNodes } from './ingest/events-routes.ts';
import type { GrantSigner } from './ingest/grant-signer.ts';
import { ingestRoutes } from './ingest/routes.ts';
import type { Jwks } from './ingest/signing-key.ts';
import { ingestRegionRoutes } from './ingest-regions/routes.ts';
import { mediaLiveRoutes } from './medialive/routes.ts';
import { documentRoutes } from './openapi/routes.ts';
import { revocationRoutes } from './playback/revocations-routes.ts';
import { playbackKeyRoutes, playbackTokenRoutes } from './playback/routes.ts';
import { recordingRoutes } from './recordings/routes.ts';
import { restreamRoutes } from './restream/routes.ts';
import { RecordBusyError } from './storage/records.ts';
import { streamKeyRoutes } from './stream-keys/routes.ts';
import { tenantRoutes } from './tenants/routes.ts';
import { USUAL_COST_BASIS } from './usage/broadcast-cost.ts';
import { usageRoutes } from './usage/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { webhookOfWarning } from './webhooks/webhook-event.ts';

/** Grants' key is the same for ever. */
const JWKS_AGE_S = 300;
/** A new key signs at once, and a retired one must not be good for long. */
const PLAYBACK_JWKS_AGE_S = 5;

/** What the app is made of. */
export interface AppParts extends ControlParts {
  readonly signer: GrantSigner;
  readonly services: ControlServices;
}

/** The control API's app. The same one runs wherever Hono does. */
export function createApp(parts: AppParts) {
  const { signer, services, log, nowMs } = parts;
  const { channels, keys, events, restreams, intake, writeCredentials } = services;
  const app = new OpenAPIHono<ApiEnv>();
  app.use(requestId());
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

  app.use('/v1/ingest/*', requireBearer(parts.nodeTokens));
  app.route('/v1/ingest', ingestRoutes({ channels, signer, writeCredentials, nowMs }));
  app.route(
    '/v1/ingest',
    eventsOfNodes({
      log: events,
      restreams,
      channels,
      onWarning: warningFollows(parts),
      onFigures: (figures) => services.broadcasts.notice(figures),
      nowMs,
    }),
  );
  app.use('/v1/edge/*', requireBearer(parts.edgeTokens));
  app.route('/v1/edge', edgeEventRoutes(intake));
  const api = app.route('/v1', publicApi(parts));
  app.route('/', documentRoutes(api));

  app.notFound(() => problem('no-such-address'));
  app.onError((error, c) => {
    if (error instanceof Refusal) return problem(error.code, error.detail, error.headers);
    if (error instanceof RecordBusyError) return problem('store-busy', undefined, { 'retry-after': '1' });
    if (error instanceof HTTPException && error.status === 415) return problem('media-type-unsupported');
    // The parser's own message quotes the body, which may hold a key.
    if (error instanceof HTTPException && error.status === 400)
      return problem('request-invalid', 'The body is not JSON.');
    // Neither path nor body: who knows what was typed there.
    log.error({ err: error, method: c.req.method, requestId: c.var.requestId }, 'a request failed');
    return problem('internal-error', 'The control API failed. It has been logged; try again.');
  });
  return api;
}

/** Whatever teams and their programs use, below `/v1`. */
function publicApi(parts: AppParts) {
  const { table, services, edgeUrl, adminToken, targets, regionWaker, log, nowMs, rateLimit } = parts;
  const { costBasis = USUAL_COST_BASIS } = parts;
  const { channels, tokens, tenants, audit, playback, keys, outbox, embedSites, events, broadcasts, clips, usage } =
    services;
  const { restreams, deletions, retention, endpoints, deliveries, webhooks, clipMaker } = services;
  const { mediaLives, mediaLiveDriver } = services;
  const clipParts = {
    channels,
    clips,
    maker: clipMaker,
    keys,
    edgeUrl,
    deleteClip: deletions.deleteClip,
    nowMs,
  };

  const app = new OpenAPIHono<ApiEnv>();
  app.use(authenticate({ tokens, tenants, adminToken }));
  app.use(limitRate(rateLimit ?? API_RATE_LIMIT, nowMs));
  app.use(smallBody, jsonOnly);
  app.use(auditChanges({ audit, log, nowMs }));
  app.use(idempotency({ table, nowMs }));
  return app
    .route('/tenants', tenantRoutes({ tenants, channels, tokens, endpoints, nowMs }))
    .route('/api-tokens', apiTokenRoutes(tokens, nowMs))
    .route('/caller', callerRoutes())
    .route(
      '/channels',
      channelRoutes({
        channels,
        lastBroadcasts: broadcasts.last,
        outbox,
        embedSites,
        deleteChannel: deletions.deleteChannel,
        nowMs,
      }),
    )
    .route('/channels', streamKeyRoutes(channels, nowMs))
    .route('/channels', restreamRoutes({ channels, statuses: restreams, targets, nowMs }))
    .route('/channels', eventsOfChannel(events, channels))
    .route('/channels', playbackTokenRoutes({ channels, keys, edgeUrl, nowMs }))
    .route('/channels', revocationRoutes({ channels, playback, outbox, nowMs }))
    .route('/channels', channelBroadcastRoutes({ broadcasts, channels, costBasis, nowMs }))
    .route('/channels', channelClipRoutes({ channels, clips }))
    .route('/channels', mediaLiveRoutes({ channels, mediaLives, driver: mediaLiveDriver }))
    .route('/ingest-regions', ingestRegionRoutes(regionWaker))
    .route(
      '/broadcasts',
      broadcastRoutes({ broadcasts, channels, deleteBroadcast: deletions.deleteBroadcast, costBasis, nowMs }),
    )
    .route(
      '/recordings',
      recordingRoutes({
        broadcasts,
        keys,
        edgeUrl,
        nowMs,
        deleteRecording: deletions.deleteRecording,
        onExpiry: (broadcast, expiresAtMs) => retention.look(broadcast, expiresAtMs),
      }),
    )
    .route('/clips', clipRoutes(clipParts))
    .route('/webhook-endpoints', webhookRoutes({ endpoints, deliveries, webhooks, targets, nowMs }))
    .route('/usage', usageRoutes(usage, { costBasis, nowMs }))
    .route('/playback-keys', playbackKeyRoutes(keys))
    .route('/audit', auditRoutes(audit));
}

/** What a node warns of is kept with the broadcast, and told to whoever wants to hear it. */
function warningFollows({ services, nowMs }: AppParts): Parameters<typeof eventsOfNodes>[0]['onWarning'] {
  return async (warning) => {
    const broadcast = await services.broadcasts.warn(warning);
    if (broadcast === undefined) return;
    await services.webhooks.tell(broadcast.tenantId, webhookOfWarning(warning, broadcast, nowMs()));
  };
}

function jwksAnswer(c: Context, jwks: Jwks, ageS: number): Response {
  const headers = { 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${ageS}` };
  return c.json(jwks, 200, headers);
}
