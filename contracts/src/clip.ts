import { z } from 'zod';
import { BroadcastId, RenditionId } from './ids.ts';
import { ThumbnailSlot } from './thumbnails.ts';

/** Names a clip for ever, in the bucket and in addresses. */
export const ClipId = z
  .string()
  .regex(/^[0-9a-z]{16,32}$/, 'a clip id is 16 to 32 of 0-9 and a-z')
  .brand<'ClipId'>()
  .meta({
    id: 'ClipId',
    description: 'Names a clip for ever, and cannot be guessed. Sorts by time.',
    examples: ['0mgx2p6q81h5k9w3c7d2f0'],
  });
export type ClipId = z.infer<typeof ClipId>;

/** A clip is cut out of one broadcast, and its playlist is made in one go. */
export const CLIP_DURATION_MS = { min: 1_000, max: 60 * 60_000 } as const;

/**
 * `PUT /control/v1/channels/{channelId}/clips/{clipId}` on the edge, from the control API: cuts a clip out of what the
 * channel's object or a recording knows. Idempotent by its id.
 */
export const ClipCut = z
  .strictObject({
    /** Absent: whichever broadcast has the time. */
    broadcastId: BroadcastId.optional(),
    /** Wall time, as in EXT-X-PROGRAM-DATE-TIME. */
    fromMs: z.int().positive(),
    toMs: z.int().positive(),
  })
  .refine(({ fromMs, toMs }) => toMs - fromMs >= CLIP_DURATION_MS.min && toMs - fromMs <= CLIP_DURATION_MS.max, {
    message: `a clip lasts ${CLIP_DURATION_MS.min / 1_000} s to ${CLIP_DURATION_MS.max / 60_000} min`,
  });
export type ClipCut = z.infer<typeof ClipCut>;

/** The segments of one rendition that a clip is made of, first and last: they must outlive their recording. */
export const ClipSegments = z
  .object({
    renditionId: RenditionId,
    firstMsn: z
      .int()
      .positive()
      .meta({ description: 'Media sequence number of the first.', examples: [3_301] }),
    lastMsn: z
      .int()
      .positive()
      .meta({ description: 'Media sequence number of the last.', examples: [3_316] }),
  })
  .meta({ id: 'ClipSegments', description: 'The segments of one rendition that a clip is made of.' });
export type ClipSegments = z.infer<typeof ClipSegments>;

/**
 * The images of its broadcast that a clip shows: thumbnails of these slots, sprites that have any of them, and the one
 * thumbnail that is its picture. They must outlive their recording, as its segments do.
 */
export const ClipImages = z
  .object({
    firstSlot: ThumbnailSlot.meta({ description: 'Of the first thumbnail, five seconds each.', examples: [1_408] }),
    lastSlot: ThumbnailSlot.meta({ description: 'Of the last one.', examples: [1_415] }),
    pictureSlot: ThumbnailSlot.nullable().meta({
      description:
        'Of the thumbnail that shows how it looks: `/live/{channelId}/{broadcastId}/thumbnails/{pictureSlot}.jpg` at the edge. `null`: there is none.',
      examples: [1_409],
    }),
  })
  .meta({
    id: 'ClipImages',
    description: 'The images of its broadcast that a clip shows, by the slots of their time.',
  });
export type ClipImages = z.infer<typeof ClipImages>;

/** The clip, as it was cut: whole segments, so it may begin a little earlier and end a little later than was asked. */
export const ClipCutAnswer = z.object({
  broadcastId: BroadcastId,
  /** Wall time of its first and of the end of its last picture. */
  fromMs: z.int().positive(),
  toMs: z.int().positive(),
  isPrivate: z.boolean(),
  segments: z.array(ClipSegments).min(1),
  /** Absent: the edge is older than clips with pictures. */
  images: ClipImages.optional(),
  /** Of all its renditions together. */
  sizeBytes: z.int().nonnegative(),
});
export type ClipCutAnswer = z.infer<typeof ClipCutAnswer>;

/** `no-such-media`: nothing of that time is there; `not-yet`: it ends after what there is. */
export const CLIP_REFUSALS = ['no-such-media', 'not-yet', 'several-broadcasts'] as const;
export type ClipRefusal = (typeof CLIP_REFUSALS)[number];
