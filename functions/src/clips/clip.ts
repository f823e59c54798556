import { randomBytes } from 'node:crypto';
import { BroadcastId, ChannelId, CLIP_DURATION_MS, ClipId, ClipImages, ClipSegments } from '@sluice/contracts';
import { z } from 'zod';
import { TenantId } from '../tenants/tenant.ts';

/** A time as people and programs write it: ISO 8601 with its zone, or milliseconds since 1970. */
const Instant = z.union([z.iso.datetime({ offset: true }), z.int().positive().max(8.64e15)]);
const LABEL_CHARS_MAX = 200;

/** `POST /v1/clips`. */
export const ClipCreate = z
  .strictObject({
    channelId: ChannelId,
    broadcastId: BroadcastId.optional().describe('Absent: whichever broadcast has the time.'),
    from: Instant.meta({
      description: 'Wall time, as in EXT-X-PROGRAM-DATE-TIME: ISO 8601 with its zone, or milliseconds since 1970.',
      examples: ['2026-11-01T18:20:00Z'],
    }),
    to: Instant.meta({
      description: `The same of its end: ${CLIP_DURATION_MS.min / 1_000} s to ${CLIP_DURATION_MS.max / 60_000} minutes later.`,
      examples: ['2026-11-01T18:20:30Z'],
    }),
    label: z
      .string()
      .trim()
      .max(LABEL_CHARS_MAX)
      .default('')
      .meta({ description: 'What you call it.', examples: ['the first goal'] }),
  })
  .meta({
    id: 'ClipCreate',
    description: 'The clip to be cut.',
    examples: [
      { channelId: 'demo', from: '2026-11-01T18:20:00Z', to: '2026-11-01T18:20:30Z', label: 'the first goal' },
    ],
  });
export type ClipCreate = z.infer<typeof ClipCreate>;

/** A clip that can be played. */
export const Clip = z
  .object({
    clipId: ClipId,
    channelId: ChannelId,
    tenantId: TenantId,
    broadcastId: BroadcastId,
    label: z.string().meta({ description: 'What you call it.', examples: ['the first goal'] }),
    createdAtMs: z.int().meta({ description: 'When it was cut.', examples: [Date.UTC(2026, 10, 1, 18, 25)] }),
    fromMs: z.int().meta({
      description: 'Wall time of its first picture: where a segment begins, a little before what was asked for.',
      examples: [Date.UTC(2026, 10, 1, 18, 19, 59)],
    }),
    toMs: z.int().meta({
      description: 'Wall time of its end: where a segment ends, a little after what was asked for.',
      examples: [Date.UTC(2026, 10, 1, 18, 20, 31)],
    }),
    isPrivate: z.boolean().describe('Viewers need a playback token, as for its broadcast.'),
    sizeBytes: z
      .int()
      .nonnegative()
      .meta({ description: 'Of its media, all renditions together.', examples: [18_900_000] }),
    segments: z
      .array(ClipSegments)
      .describe('What it is made of, rendition by rendition. They outlive the recording that they are of.'),
    images: ClipImages.optional().describe(
      'Its pictures, which outlive the recording too. Absent: an older edge cut it.',
    ),
  })
  .meta({ id: 'Clip', description: 'A piece of a broadcast that can be played.' });
export type Clip = z.infer<typeof Clip>;

/** Times in milliseconds. */
export function clipTimes({ from, to }: Pick<ClipCreate, 'from' | 'to'>): { fromMs: number; toMs: number } {
  return { fromMs: instantMs(from), toMs: instantMs(to) };
}

/** What is wrong with the times, as a sentence; `undefined`: nothing. */
export function timesFault({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string | undefined {
  // The edge, for which times are positive, would refuse it with other words.
  if (fromMs <= 0) return 'A clip begins after 1970.';
  const { min, max } = CLIP_DURATION_MS;
  const isInRange = toMs - fromMs >= min && toMs - fromMs <= max;
  return isInRange ? undefined : `A clip lasts ${min / 1_000} s to ${max / 60_000} minutes.`;
}

const TIME_CHARS = 9;
const RANDOM_BYTES = 8;

/** A new id. It sorts by time, and cannot be guessed. */
export function makeClipId(nowMs: number): ClipId {
  const random = BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`).toString(36);
  return ClipId.parse(nowMs.toString(36).padStart(TIME_CHARS, '0') + random.padStart(13, '0'));
}

function instantMs(instant: string | number): number {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}
