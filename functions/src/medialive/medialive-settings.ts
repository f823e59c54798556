import { FrameRate } from '@sluice/contracts';
import { z } from 'zod';

/** Who encodes a channel: our own node, or AWS Elemental MediaLive, whose renditions our node passes on. */
export const TranscoderName = z.enum(['sluice', 'medialive']);
export type TranscoderName = z.infer<typeof TranscoderName>;

/** MediaLive's own limit for one security group. */
const CIDRS_MAX = 10;
const AllowedCidrs = z.array(z.cidrv4()).min(1).max(CIDRS_MAX);

/** How the source comes to MediaLive. */
const MediaLiveInput = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('RTMP_PUSH'), allowedCidrs: AllowedCidrs }),
  z.strictObject({
    type: z.literal('SRT_LISTENER'),
    allowedCidrs: AllowedCidrs,
    /** MediaLive takes no SRT that is not encrypted, and the passphrase from Secrets Manager alone. */
    passphraseSecretArn: z.string().regex(/^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/),
    minimumLatencyMs: z.int().min(120).max(15_000).default(500),
  }),
]);

/** What MediaLive must be told of a channel that our own node would find out. */
export const MediaLiveSettings = z.strictObject({
  input: MediaLiveInput,
  /** Of all renditions: a source of another one is converted. */
  frameRate: FrameRate,
});
export type MediaLiveSettings = z.infer<typeof MediaLiveSettings>;
