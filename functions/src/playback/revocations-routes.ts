import { type PlaybackRevocation, PlaybackRevocationRequest } from '@sluice/contracts';
import { Hono } from 'hono';
import { channelIdOf } from '../channels/routes.ts';
import { readJson } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import type { ControlStore } from '../storage/control-store.ts';
import type { RevocationOutbox } from './revocation-outbox.ts';

const TOO_MANY = 'The channel has too many revocations. Revoke all its tokens that were issued until now instead.';

export interface RevocationsParts {
  readonly store: ControlStore;
  readonly outbox: RevocationOutbox;
  readonly nowMs: () => number;
}

/** `/v1/channels/{channelId}/playback-revocations`. */
export function revocationRoutes({ store, outbox, nowMs }: RevocationsParts): Hono {
  const app = new Hono();

  app.post('/:channelId/playback-revocations', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    const revocation = revocationOf(await readJson(c.req.raw, PlaybackRevocationRequest), nowMs());
    if ((await store.channel(channelId)) === undefined) throw new Refusal('no-such-channel');
    const outcome = await store.revokePlayback(channelId, revocation, nowMs());
    if (outcome === 'full') throw new Refusal('too-many-revocations', TOO_MANY);
    // It is kept whatever the edge says, and the edge is told until it has heard.
    const isInForce = (await outbox.tell(channelId)) === 'told';
    return c.json({ ...revocation, isInForce }, isInForce ? 200 : 202);
  });

  app.get('/:channelId/playback-revocations', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    if ((await store.channel(channelId)) === undefined) throw new Refusal('no-such-channel');
    return c.json({ revocations: await store.playbackRevocations(channelId, nowMs()) });
  });

  return app;
}

/**
 * Everything that was issued until now. A later time counts as now: it would hit tokens that nobody has revoked yet. Of
 * a token that is named by its id only how long that is to be remembered goes by the time.
 */
export function revocationOf(
  { issuedBeforeMs = Number.POSITIVE_INFINITY, jti, subject }: PlaybackRevocationRequest,
  nowMs: number,
): PlaybackRevocation {
  return {
    issuedBeforeMs: jti === undefined ? Math.min(issuedBeforeMs, nowMs + 1) : nowMs + 1,
    ...(jti !== undefined && { jti }),
    ...(subject !== undefined && { subject }),
  };
}
