import {
  BroadcastDescription,
  BroadcastId,
  DATE_RANGES_PER_ANNOUNCEMENT_MAX,
  DateRangeAnnounced,
  NextParts,
  PARTS_PER_ANNOUNCEMENT_MAX,
  PartAnnounced,
  RenditionId,
  ThumbnailsAnnounced,
} from '@sluice/contracts';
import { z } from 'zod';
import { AudienceCount } from '../audience/audience-count.ts';
import { BroadcastRecord } from '../channel/kept-records.ts';
import { PolicyRecord } from '../channel/policy-store.ts';
import { FedFigures } from '../figures/fed-figures.ts';
import { ThumbnailsState } from '../thumbnails/thumbnails-state.ts';
import { DateRangesState, RenditionWindowState } from '../window/window-state.ts';
import { SHARDS_MAX } from './relay-address.ts';

/** A broadcast as a relay must know it to go on from there: its row, each rendition's window, and what is not sure yet. */
export const FeedBroadcast = BroadcastRecord.extend({
  states: z.record(RenditionId, RenditionWindowState),
  dateRanges: DateRangesState.optional(),
  thumbnails: ThumbnailsState.optional(),
  /** Renditions of which the ingest node has not yet sent again what a restart of the channel's object lost. */
  recovering: z.array(RenditionId),
});
export type FeedBroadcast = z.infer<typeof FeedBroadcast>;

/** How many relays a channel has, by region; one where nothing is said. A newer version may know more regions. */
export const ShardCounts = z.record(z.string(), z.int().min(1).max(SHARDS_MAX));
export type ShardCounts = z.infer<typeof ShardCounts>;

/**
 * What a channel's object tells its relays, in this order: one snapshot, then whatever happens. Applying the same
 * events to the same snapshot makes the same playlists. Words that are not known here are ignored, for while a new
 * version of the Worker comes in, one side may be older than the other.
 */
export const FeedEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('snapshot'),
    broadcasts: z.array(FeedBroadcast),
    /** The newest broadcast; `null`: nobody has published yet. */
    currentId: BroadcastId.nullable(),
    shards: ShardCounts,
    /** Absent: it is not known what was revoked, and nobody with a token is let in. */
    policy: PolicyRecord.optional(),
    /** With the whole series. Absent: nobody is live. */
    figures: FedFigures.optional(),
  }),
  z.object({ kind: z.literal('policy'), policy: PolicyRecord }),
  z.object({ kind: z.literal('begun'), broadcast: FeedBroadcast }),
  z.object({
    kind: z.literal('announced'),
    broadcastId: BroadcastId,
    description: BroadcastDescription.optional(),
    parts: z.array(PartAnnounced).max(PARTS_PER_ANNOUNCEMENT_MAX),
    dateRanges: z.array(DateRangeAnnounced).max(DATE_RANGES_PER_ANNOUNCEMENT_MAX).optional(),
    thumbnails: ThumbnailsAnnounced.optional(),
    /** What the channel's object expects after it: a relay that expects less has missed something. */
    next: NextParts,
  }),
  z.object({ kind: z.literal('ended'), broadcastId: BroadcastId, endedAtMs: z.int().positive() }),
  /** They were kept for long enough. */
  z.object({ kind: z.literal('forgotten'), broadcastIds: z.array(BroadcastId) }),
  /** Not heard from: who waits is sent away. */
  z.object({ kind: z.literal('publisher-lost') }),
  /** Every few seconds, so that silence means a broken line. */
  z.object({
    kind: z.literal('beat'),
    shards: ShardCounts,
    /** By the channel object's clock. */
    sentAtMs: z.int().positive(),
    /** Absent: it was not counted for long enough yet. */
    audience: AudienceCount.optional(),
    /** With the newest few points of the series. */
    figures: FedFigures.optional(),
  }),
]);
export type FeedEvent = z.infer<typeof FeedEvent>;
