import { z } from 'zod';
import { TakeoverPolicy } from './authorize.ts';
import { Delivery } from './delivery.ts';
import { ChannelId, NodeId } from './ids.ts';

/** ES256: both AWS KMS and the edge's WebCrypto know it (RFC 7518 §3.4). */
export const GRANT_ALGORITHM = 'ES256';
export const GRANT_ISSUER = 'sluice-control';
export const GRANT_AUDIENCE = 'sluice-edge';

/** The claims of a grant (a JWT): lets one ingest node publish one channel for some minutes. */
export const GrantClaims = z.object({
  iss: z.literal(GRANT_ISSUER),
  aud: z.literal(GRANT_AUDIENCE),
  /** The channel. */
  sub: ChannelId,
  exp: z.int().positive(),
  iat: z.int().positive(),
  jti: z.string().max(64),
  node: NodeId,
  /** The stream key's id (not the key), so that disabling it can be noticed. */
  keyId: z.string().max(64),
  takeover: TakeoverPolicy,
  dvrWindowS: z
    .int()
    .min(30)
    .max(12 * 3_600),
  /** Broadcasts that begin under this grant are private. Absent from control APIs that knew no private channels. */
  isPrivate: z.boolean().default(false),
  /** Of broadcasts that begin under this grant. Absent from control APIs that knew one way only. */
  delivery: Delivery.default('separate'),
  /** Broadcasts that begin under this grant are kept whole (`/vod/{broadcastId}/`). Absent: they are not. */
  isRecorded: z.boolean().default(false),
});
export type GrantClaims = z.infer<typeof GrantClaims>;
