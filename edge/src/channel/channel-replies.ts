import type { AnnounceAnswer, ChannelStatus, LeaseAnswer } from '@sluice/contracts';
import type { CacheClass } from '../http/cache-control.ts';
import type { ProblemCode } from '../http/problem.ts';

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
}
export type PlaylistReply = PlaylistText | Refused;

/** Of a media file that was not in the bucket when the Worker looked. */
export type MediaReply =
  | { readonly kind: 'stored' }
  | { readonly kind: 'in-parts'; readonly partSizesBytes: readonly number[] }
  | Refused;

export type StatusReply = { readonly kind: 'status'; readonly status: Omit<ChannelStatus, 'channelId'> } | Refused;

export type LeaseReply = { readonly kind: 'granted'; readonly answer: LeaseAnswer } | Refused;
export type AnnounceReply = { readonly kind: 'taken'; readonly answer: AnnounceAnswer } | Refused;
export type LeaseReturnReply = { readonly kind: 'returned' } | Refused;

export function refused(code: ProblemCode, detail?: string): Refused {
  return detail === undefined ? { kind: 'refused', code } : { kind: 'refused', code, detail };
}
