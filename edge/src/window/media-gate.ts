import type { MediaFile } from '@sluice/contracts';
import type { LiveWindow } from './live-window.ts';
import type { RenditionWindow } from './rendition-window.ts';
import { isGapSegment } from './window-segment.ts';

/**
 * What is known of a media file that is not in the bucket (rfc8216bis §6.2.6).
 * `stored`: it was announced, so it is in the bucket. `in-parts`: a segment whose own object is not written yet, but
 * whose parts are; in order they are the segment, byte for byte. `hinted`: it is next, and worth waiting for.
 * `absent`: neither listed nor hinted, or a gap.
 */
export type MediaVerdict =
  | { readonly kind: 'stored' }
  | { readonly kind: 'in-parts'; readonly partSizesBytes: readonly number[] }
  | { readonly kind: 'hinted' }
  | { readonly kind: 'absent' };

const ABSENT: MediaVerdict = { kind: 'absent' };

export function mediaGate(window: LiveWindow, own: RenditionWindow, file: MediaFile): MediaVerdict {
  if (file.kind === 'init') return ABSENT;
  const segment = own.segment(file.msn);
  if (file.kind === 'segment') {
    if (segment?.isComplete !== true || isGapSegment(segment)) return ABSENT;
    return { kind: 'in-parts', partSizesBytes: segment.parts.map((part) => part.sizeBytes) };
  }
  const part = segment?.parts[file.partIndex];
  if (part !== undefined) return part.isGap ? ABSENT : { kind: 'stored' };
  const { hinted } = own;
  const isHinted = file.msn === hinted.msn && file.partIndex === hinted.partIndex;
  return isHinted && window.timing.listsParts && !window.isEnded ? { kind: 'hinted' } : ABSENT;
}

/**
 * How many segments an object that restarted may be behind what it last listed: the open one, and one that was whole
 * in some renditions only, so that it was not stored.
 */
const LOST_SEGMENTS_MAX = 2;

/** The file comes at or soon after what is expected next, so that it may have been listed before a restart. */
export function mayHaveBeenListed({ next }: RenditionWindow, file: MediaFile): boolean {
  if (file.kind === 'init' || file.msn < next.msn || file.msn > next.msn + LOST_SEGMENTS_MAX) return false;
  return file.msn > next.msn || file.kind === 'segment' || file.partIndex >= next.partIndex;
}
