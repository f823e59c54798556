import { OpenAPIHono } from '@hono/zod-openapi';
import { PLAYBACK_JWKS_PATH } from '@sluice/contracts';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import type { Logger } from 'pino';
import { ApiTokens } from './access/api-tokens.ts';
import { authenticate } from './access/authenticate.ts';
import { apiTokenRoutes } from './access/routes.ts';
import { auditChanges } from './audit/audit-changes.ts';
import { AuditLog } from './audit/audit-log.ts';
import { auditRoutes } from './audit/routes.ts';
import { Channels } from './channels/channels.ts';
import { deleteChannel } from './channels/delete-channel.ts';
import { channelRoutes } from './channels/routes.ts';
import type { ApiEnv } from './http/api.ts';
import { requireBearer } from './http/bearer.ts';
import { idempotency } from './http/idempotency.ts';
import { jsonOnly, smallBody } from './http/json-only.ts';
import { API_RATE_LIMIT, limitRate } from './http/limit-rate.ts';
import { problem } from './http/problem.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { Refusal } from './http/refusal.ts';
import { EventLog } from './ingest/event-log.ts';
import { eventsOfChannel, eventsOfNodes } from './ingest/events-routes.ts';
import type { GrantSigner } from './ingest/grant-signer.ts';
import { ingestRoutes } from './ingest/routes.ts';
import type { Jwks } from './ingest/signing-key.ts';
import { PlaybackKeyRing } from './playback/playback-key-ring.ts';
import { PlaybackStore } from './playback/playback-store.ts';
import type { RevocationOutbox } from './playback/revocation-outbox.ts';
import { revocationRoutes } from './playback/revocations-routes.ts';
import { playbackKeyRoutes, playbackTokenRoutes } from './playback/routes.ts';
import { RestreamStatuses } from './restream/restream-statuses.ts';
import { restreamRoutes } from './restream/routes.ts';
import { RecordBusyError } from './storage/records.ts';
import type { Table } from './storage/table.ts';
import { streamKeyRoutes } from './stream-keys/routes.ts';
import { tenantRoutes } from './tenants/routes.ts';
import { Tenants } from './tenants/tenants.ts';

/** Grants' key is the same for ever. */
const JWKS_AGE_S = 300;
/** A new key signs at once, and a retired one must not be good for long. */
const PLAYBACK_JWKS_AGE_S = 5;

/** What the control API is made of. */
export interface AppParts {
  readonly table: Table;
  readonly signer: GrantSigner;
  /** Where viewers, and this API, find the edge: an origin, without a slash at its end. */
  readonly edgeUrl: string;
  readonly outbox: RevocationOutbox;
  /** What ingest nodes prove themselves with. Secret. */
  readonly nodeToken: string;
  /** What the operator proves itself with. Secret. */
  readonly adminToken: string;
  readonly log: Logger;
  readonly nowMs: () => number;
  /** Of each caller; API_RATE_LIMIT, if absent. */
  readonly rateLimit?: RateLimit | undefined;
  /** Restream targets that are not of the public internet: for tests and intranets. Off, if absent. */
  readonly arePrivateTargetsAllowed?: boolean | undefined;
}

/** The control API. The same app runs wherever Hono does. */
export function createApp(parts: AppParts) {
  const { table, signer, log, nowMs } = parts;
  const app = new OpenAPIHono<ApiEnv>();
  const keys = new PlaybackKeyRing(new PlaybackStore(table), nowMs);
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

  const channels = new Channels(table);
  app.use('/v1/ingest/*', requireBearer(parts.nodeToken));
  app.route('/v1/ingest', ingestRoutes({ channels, signer, nowMs }));
  app.route(
    '/v1/ingest',
    eventsOfNodes({ log: new EventLog(table), restreams: new RestreamStatuses(table), channels, nowMs }),
  );
  const api = app.route('/v1', publicApi(parts, keys));

  app.notFound(() => problem('no-such-address'));
  app.onError((error, c) => {
    if (error instanceof Refusal) return problem(error.code, error.detail, error.headers);
    if (error instanceof RecordBusyError) return problem('store-busy', undefined, { 'retry-after': '1' });
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
function publicApi(parts: AppParts, keys: PlaybackKeyRing) {
  const { table, outbox, edgeUrl, adminToken, log, nowMs } = parts;
  const channels = new Channels(table);
  const tokens = new ApiTokens(table, nowMs);
  const tenants = new Tenants(table);
  const audit = new AuditLog(table);
  const playback = new PlaybackStore(table);
  const events = new EventLog(table);
  const restreams = new RestreamStatuses(table);
  const { arePrivateTargetsAllowed = false } = parts;

  const app = new OpenAPIHono<ApiEnv>();
  app.use(authenticate({ tokens, tenants, adminToken }));
  app.use(limitRate(parts.rateLimit ?? API_RATE_LIMIT, nowMs));
  app.use(smallBody, jsonOnly);
  app.use(auditChanges({ audit, log, nowMs }));
  app.use(idempotency({ table, nowMs }));
  return app
    .route('/tenants', tenantRoutes({ tenants, channels, tokens, nowMs }))
    .route('/api-tokens', apiTokenRoutes(tokens, nowMs))
    .route(
      '/channels',
      channelRoutes({
        channels,
        deleteChannel: (channel) => deleteChannel(channel, { channels, playback, outbox, events, restreams, nowMs }),
        nowMs,
      }),
    )
    .route('/channels', streamKeyRoutes(channels, nowMs))
    .route('/channels', restreamRoutes({ channels, statuses: restreams, nowMs, arePrivateTargetsAllowed }))
    .route('/channels', eventsOfChannel(events, channels))
    .route('/channels', playbackTokenRoutes({ channels, keys, edgeUrl, nowMs }))
    .route('/channels', revocationRoutes({ channels, playback, outbox, nowMs }))
    .route('/playback-keys', playbackKeyRoutes(keys))
    .route('/audit', auditRoutes(audit));
}

function jwksAnswer(c: Context, jwks: Jwks, ageS: number): Response {
  const headers = { 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${ageS}` };
  return c.json(jwks, 200, headers);
}
