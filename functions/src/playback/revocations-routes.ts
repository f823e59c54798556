import { createRoute, z } from '@hono/zod-openapi';
import { PlaybackRevocation, PlaybackRevocationRequest } from '@sluice/contracts';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, body, newApi, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import type { PlaybackStore } from './playback-store.ts';
import type { RevocationOutbox } from './revocation-outbox.ts';

const TOO_MANY = 'The channel has too many revocations. Revoke all its tokens that were issued until now instead.';

const Revoked = z
  .object({
    ...PlaybackRevocation.shape,
    isInForce: z.boolean().describe('The edge has heard of it. If not, it is told until it has.'),
  })
  .meta({ id: 'MadePlaybackRevocation', description: 'A revocation that was just made.' });
const RevocationList = z
  .object({ revocations: z.array(PlaybackRevocation) })
  .meta({ id: 'PlaybackRevocationList', description: 'The revocations that hit tokens which would still be good.' });

export interface RevocationsParts {
  readonly channels: Channels;
  readonly playback: PlaybackStore;
  readonly outbox: RevocationOutbox;
  readonly nowMs: () => number;
}

/** `/v1/channels/{channelId}/playback-revocations`. */
export function revocationRoutes({ channels, playback, outbox, nowMs }: RevocationsParts) {
  return newApi()
    .openapi(REVOKE, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      const revocation = revocationOf(c.req.valid('json'), nowMs());
      const outcome = await outbox.revoke(value.channelId, revocation);
      if (outcome === 'full') throw new Refusal('too-many-revocations', TOO_MANY);
      // It is kept whatever the edge says, and the edge is told until it has heard.
      const isInForce = outcome === 'told';
      return c.json({ ...revocation, isInForce }, isInForce ? 200 : 202);
    })
    .openapi(LIST, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      return c.json({ revocations: await playback.playbackRevocations(value.channelId) }, 200);
    });
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

const tags = ['playback'];
const path = '/{channelId}/playback-revocations';

const REVOKE = createRoute({
  ...secured('playback:write'),
  tags,
  operationId: 'revokePlayback',
  method: 'post',
  path,
  summary: 'Revoke playback tokens',
  description: 'One by its id, all of a subject, or all that were issued before a time.',
  request: { params: ChannelPath, ...body(PlaybackRevocationRequest) },
  responses: {
    200: answers('It is in force.', Revoked),
    202: answers('It is kept, and the edge will be told: it did not answer.', Revoked),
    ...refuses('no-such-channel', 'too-many-revocations'),
  },
});

const LIST = createRoute({
  ...secured('playback:read'),
  tags,
  operationId: 'listPlaybackRevocations',
  method: 'get',
  path,
  summary: 'List the revocations that still matter',
  request: { params: ChannelPath },
  responses: {
    200: answers('All of them.', RevocationList),
    ...refuses('no-such-channel'),
  },
});
