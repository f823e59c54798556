import type { AnnounceAnswer, BroadcastId, ChannelStatus, LeaseAnswer } from '@sluice/contracts';
import type { AudienceCount } from '../audience/audience-count.ts';
import type { LiveFigures } from '../figures/fed-figures.ts';
import type { CacheClass } from '../http/cache-control.ts';
import type { ProblemCode } from '../http/problem.ts';
import type { ThumbnailsState } from '../thumbnails/thumbnails-state.ts';
import type { Lending } from '../window/media-gate.ts';
import type { ChannelPolicy } from './channel-policy.ts';

/** What the channel object tells the Worker. Plain data: it crosses machines. */

export interface Refused {
  readonly kind: 'refused';
  readonly code: ProblemCode;
  readonly detail?: string;
  /** When asking again will help; it stands instead of the code's own time. */
  readonly retryAfterS?: number;
}

export interface PlaylistText {
  readonly kind: 'playlist';
  readonly text: string;
  readonly cache: CacheClass;
  /** Of what lists a whole broadcast. Absent from relays of a version before. */
  readonly broadcastId?: BroadcastId;
}
export type PlaylistReply = PlaylistText | Refused;

/** Of a media file that was not in the bucket when the Worker looked. */
export type MediaReply =
  | ({ readonly kind: 'stored' } & Lending)
  | ({ readonly kind: 'in-parts'; readonly partSizesBytes: readonly number[] } & Lending)
  /** The same, where nobody remembers how large its parts are. */
  | ({ readonly kind: 'in-old-parts'; readonly partCount: number } & Lending)
  /** A segment of before the window: it is in the bucket, or there is nothing of it. */
  | { readonly kind: 'forgotten' }
  /** A segment that is being made: its parts so far. */
  | ({ readonly kind: 'open'; readonly partSizesBytes: readonly number[] } & Lending)
  | Refused;

export type StatusReply = { readonly kind: 'status'; readonly status: Omit<ChannelStatus, 'channelId'> } | Refused;

/** What images there are of a broadcast. */
export type ThumbnailsReply =
  | { readonly kind: 'thumbnails'; readonly broadcastId: BroadcastId; readonly thumbnails: ThumbnailsState }
  | Refused;

/** Who watches. */
export type AudienceReply = { readonly kind: 'audience'; readonly audience: AudienceCount } | Refused;

/** How it is for them. */
export type FiguresReply = { readonly kind: 'figures'; readonly figures: LiveFigures } | Refused;

export type LeaseReply = { readonly kind: 'granted'; readonly answer: LeaseAnswer } | Refused;
export type AnnounceReply = { readonly kind: 'taken'; readonly answer: AnnounceAnswer } | Refused;
export type LeaseReturnReply = { readonly kind: 'returned' } | Refused;
export type DeletionReply = { readonly kind: 'deleted' };

/** `agedMs`: so long ago the channel's own object said so. */
export type PolicyReply =
  | { readonly kind: 'policy'; readonly policy: ChannelPolicy; readonly agedMs: number }
  | Refused;

export function refused(code: ProblemCode, detail?: string): Refused {
  return detail === undefined ? { kind: 'refused', code } : { kind: 'refused', code, detail };
}
