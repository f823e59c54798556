import { randomBytes } from 'node:crypto';
import { BroadcastId, ChannelId, CLIP_DURATION_MS, ClipId, ClipSegments } from '@sluice/contracts';
import { z } from 'zod';
import { TenantId } from '../tenants/tenant.ts';

/** A time as people and programs write it: ISO 8601 with its zone, or milliseconds since 1970. */
const Instant = z.union([z.iso.datetime({ offset: true }), z.int().positive().max(8.64e15)]);

/** `POST /v1/clips`. */
export const ClipCreate = z.strictObject({
  channelId: ChannelId,
  /** Absent: whichever broadcast has the time. */
  broadcastId: BroadcastId.optional(),
  /** Wall time, as in EXT-X-PROGRAM-DATE-TIME. */
  from: Instant,
  to: Instant,
  label: z.string().trim().max(200).default(''),
});
export type ClipCreate = z.infer<typeof ClipCreate>;

/** A clip that can be played. */
export const Clip = z.object({
  clipId: ClipId,
  channelId: ChannelId,
  tenantId: TenantId,
  broadcastId: BroadcastId,
  label: z.string(),
  createdAtMs: z.int(),
  /** Whole segments: a little more than was asked for. */
  fromMs: z.int(),
  toMs: z.int(),
  isPrivate: z.boolean(),
  sizeBytes: z.int().nonnegative(),
  /** They outlive the recording that they are of. */
  segments: z.array(ClipSegments),
});
export type Clip = z.infer<typeof Clip>;

/** Times in milliseconds. */
export function clipTimes({ from, to }: Pick<ClipCreate, 'from' | 'to'>): { fromMs: number; toMs: number } {
  return { fromMs: instantMs(from), toMs: instantMs(to) };
}

/** What is wrong with the times, as a sentence; `undefined`: nothing. */
export function timesFault({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string | undefined {
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
