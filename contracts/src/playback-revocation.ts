import { z } from 'zod';
import { ChannelId } from './ids.ts';
import { PLAYBACK_TOKEN_LIFETIME_S, PlaybackSubject, PlaybackTokenId } from './playback-token.ts';

/** Revocations that one channel can have at once. Who needs more revokes everything that was issued until now. */
export const PLAYBACK_REVOCATIONS_MAX = 1_000;

/**
 * Tokens that are not good any more: those issued before a time, of them only those of this subject where it is named;
 * or the one with this id, whenever it was issued. A subject may get new tokens.
 */
export const PlaybackRevocation = z
  .object({
    issuedBeforeMs: z
      .int()
      .positive()
      .describe('Tokens that were issued before this time. With a `jti`: when it was revoked.'),
    jti: PlaybackTokenId.optional().describe('Only the token with this id, whenever it was issued.'),
    subject: PlaybackSubject.optional().describe('Of them, only those of this subject.'),
  })
  .meta({ id: 'PlaybackRevocation', description: 'Tokens that are not good any more.' });
export type PlaybackRevocation = z.infer<typeof PlaybackRevocation>;

/** All tokens that a revocation hits are over by then anyway. */
export function revocationEndsAtMs({ issuedBeforeMs }: PlaybackRevocation): number {
  return issuedBeforeMs + PLAYBACK_TOKEN_LIFETIME_S.max * 1_000;
}

/** `POST /v1/channels/{channelId}/playback-revocations`: at least one of them. */
export const PlaybackRevocationRequest = z
  .strictObject({
    jti: PlaybackTokenId.optional().describe('The token with this id.'),
    subject: PlaybackSubject.optional().describe('The tokens of this subject.'),
    issuedBeforeMs: z
      .int()
      .positive()
      .optional()
      .describe('The tokens that were issued before this time. Absent, in the future, or with a `jti`: before now.'),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), 'name a jti, a subject or issuedBeforeMs')
  .meta({
    id: 'PlaybackRevocationRequest',
    description: 'Which tokens are to be good no more. At least one of the fields is there.',
    minProperties: 1,
  });
export type PlaybackRevocationRequest = z.infer<typeof PlaybackRevocationRequest>;

/** `POST /control/v1/channels/{channelId}/revocations` of the edge. Said twice, or in another order, it is the same. */
export const RevocationNotice = z.strictObject({
  // Strict here: read without a limit that it does not know, the edge would take back more than was meant.
  revocations: z.array(PlaybackRevocation.strict()).min(1).max(PLAYBACK_REVOCATIONS_MAX),
});
export type RevocationNotice = z.infer<typeof RevocationNotice>;

/** The edge's yes: from now on nobody is told an older version. */
export const RevocationNoticeAnswer = z.object({ version: z.int().nonnegative() });
export type RevocationNoticeAnswer = z.infer<typeof RevocationNoticeAnswer>;

export const EDGE_CALL_AUDIENCE = 'sluice-edge-control';
/** The claims of the bearer token of such a call (a JWT, signed with the key of grants): one channel, one minute. */
export const EdgeCallClaims = z.object({
  aud: z.literal(EDGE_CALL_AUDIENCE),
  sub: ChannelId,
  exp: z.int().positive(),
});
export type EdgeCallClaims = z.infer<typeof EdgeCallClaims>;
