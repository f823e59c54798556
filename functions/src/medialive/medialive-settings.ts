import { FrameRate } from '@sluice/contracts';
import { z } from 'zod';

/** Who encodes a channel: our own node, or AWS Elemental MediaLive, whose renditions our node passes on. */
export const TranscoderName = z.enum(['sluice', 'medialive']);
export type TranscoderName = z.infer<typeof TranscoderName>;

/** MediaLive's own limit for one security group. */
const CIDRS_MAX = 10;
const AllowedCidrs = z
  .array(z.cidrv4())
  .min(1)
  .max(CIDRS_MAX)
  .meta({ description: 'Whence the source may come (IPv4, CIDR).', examples: [['192.0.2.0/24']] });

const MediaLiveInput = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('RTMP_PUSH'), allowedCidrs: AllowedCidrs }),
  z.strictObject({
    type: z.literal('SRT_LISTENER'),
    allowedCidrs: AllowedCidrs,
    passphraseSecretArn: z
      .string()
      .regex(/^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/)
      .meta({
        description: 'MediaLive takes no SRT that is not encrypted, and the passphrase from Secrets Manager alone.',
        examples: ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:srt-studio-AbCdEf'],
      }),
    minimumLatencyMs: z.int().min(120).max(15_000).default(500).describe('What SRT may take to repair losses.'),
  }),
]);

/** What MediaLive must be told of a channel that our own node would find out. */
export const MediaLiveSettings = z
  .strictObject({
    input: MediaLiveInput.describe('How the source comes to MediaLive.'),
    frameRate: FrameRate.describe('Of all renditions: a source of another one is converted.'),
  })
  .meta({
    examples: [{ input: { type: 'RTMP_PUSH', allowedCidrs: ['192.0.2.0/24'] }, frameRate: { num: 30, den: 1 } }],
  });
export type MediaLiveSettings = z.infer<typeof MediaLiveSettings>;
