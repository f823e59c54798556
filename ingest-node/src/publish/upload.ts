import { type MediaObject, StoreError } from './media-store.ts';

/**
 * What is put first, and given up last: init segments, then parts, then whole segments, which parts can stand in for, and
 * then images, which nobody needs to watch.
 */
const KIND_ORDER = { init: 0, part: 1, segment: 2, image: 3 } as const;

/** An object that is to be put into the bucket. */
export interface Upload {
  readonly kind: keyof typeof KIND_ORDER;
  /** Rank of its rendition, from 0; the highest one is the first to be given up. */
  readonly rank: number;
  /** It is a segment's first part: a rendition that was shed can come back with it. */
  readonly startsSegment: boolean;
  /** Viewers were told that it comes: it is put, whatever is shed. */
  readonly isPromised?: boolean;
  /**
   * Viewers have the beginning of its segment. Then it is kept for longer: without the rest hls.js stands still for
   * good (docs/adr/0016), and gets over segments that are missing as a whole.
   */
  completesSegment(): boolean;
  readonly object: MediaObject;
  onStored(): void;
  /** It will never be there. */
  onLost(error: StoreError): void;
}

/** An upload in the order in which it came. */
export interface OrderedUpload {
  readonly upload: Upload;
  readonly order: number;
}

/** Init segments, then parts from the lowest rank up, then segments, then images; the oldest first. */
export function firstToPut<T extends OrderedUpload>(
  waiting: readonly T[],
  hasRoomFor: (kind: Upload['kind']) => boolean,
): T | undefined {
  const candidates = waiting.filter(({ upload }) => hasRoomFor(upload.kind));
  return candidates.sort((a, b) => byUrgency(a, b) || a.order - b.order)[0];
}

/** The newest of what would be put last. Without its init segment a rendition is nothing, so that one stays. */
export function firstToGiveUp<T extends OrderedUpload>(held: readonly T[]): T | undefined {
  const candidates = held.filter(({ upload }) => upload.kind !== 'init');
  return candidates.sort((a, b) => byUrgency(b, a) || b.order - a.order)[0];
}

/** Why an upload is given up for others. */
export function tooSlow({ object: { key } }: Upload): StoreError {
  return new StoreError(`${key}: storage is slower than real time`, { isRetryable: false });
}

function byUrgency(a: OrderedUpload, b: OrderedUpload): number {
  return KIND_ORDER[a.upload.kind] - KIND_ORDER[b.upload.kind] || a.upload.rank - b.upload.rank;
}
