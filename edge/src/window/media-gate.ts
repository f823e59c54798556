import type { MediaFile, NextPart, RenditionId } from '@sluice/contracts';
import type { ClosedSegment } from './closed-segment.ts';
import type { LiveWindow } from './live-window.ts';
import type { RenditionWindow } from './rendition-window.ts';
import { isGapSegment, sourceId } from './window-segment.ts';

/**
 * What is known of a media file that is not in the bucket (rfc8216bis §6.2.6; HLS-RULES.md B62, B64).
 * `stored`: it was announced, so it is in the bucket. `in-parts`: a segment whose own object is not written yet, but
 * whose parts are; in order they are the segment, byte for byte. `in-old-parts`: the same, but so old that nobody here
 * remembers how large they are. `open`: a segment that still grows, with the parts that
 * are there. `forgotten`: a segment that has left the window; it is in the bucket, or was never its own rendition's, and of
 * whom it was lent nobody knows any more. `hinted`: it is next, and worth waiting for. `absent`: neither listed nor expected soon, or a gap; also what
 * playlists list as another's.
 */
export type MediaVerdict =
  | ({ readonly kind: 'stored' } & Lending)
  | ({ readonly kind: 'in-parts' | 'open'; readonly partSizesBytes: readonly number[] } & Lending)
  | ({ readonly kind: 'in-old-parts'; readonly partCount: number } & Lending)
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'hinted' }
  | { readonly kind: 'absent' };

/** Of a segment: whose media it is. Absent: its own rendition's. */
export interface Lending {
  readonly lentBy?: RenditionId;
}

const HINTED: MediaVerdict = { kind: 'hinted' };
const FORGOTTEN: MediaVerdict = { kind: 'forgotten' };
const ABSENT: MediaVerdict = { kind: 'absent' };
const NOTHING: MediaVerdict = { kind: 'in-parts', partSizesBytes: [] };

/**
 * Segments beyond the one that is made now which may be asked for. DASH clients go by the clock, some a segment ahead
 * of it (seen with Shaka 5.2.12), and the clock does not wait for what is on its way from the encoder.
 */
const SEGMENTS_AHEAD_MAX = 2;

/** What whoever asks for a segment has already. */
export interface SegmentClaim {
  /** Parts of an open one: worth waiting for is one more. */
  readonly fromPart?: number | undefined;
  /** The init segment that it is to be played with, by the client's MPD. What needs another one would be garbage to it. */
  readonly initVersion?: number | undefined;
}

export function mediaGate(
  window: LiveWindow,
  own: RenditionWindow,
  file: MediaFile,
  claim: SegmentClaim = {},
): MediaVerdict {
  if (file.kind === 'init') return ABSENT;
  if (file.kind === 'segment') return segmentGate(window, own, { msn: file.msn, ...claim });
  const listing = [...window.renditions.values()];
  if (listing.some((each) => listsPart(each, own, file))) return { kind: 'stored' };
  const isHinted = listing.some((each) => hintsAt(each, own, file));
  return isHinted && window.timing.listsParts && !window.isEnded ? HINTED : ABSENT;
}

/** A rendition's playlist has that part of this one, whether it is its own or lent. */
function listsPart(listing: RenditionWindow, { rendition }: RenditionWindow, { msn, partIndex }: NextPart): boolean {
  const isOfIt = (segment: Pick<ClosedSegment, 'lentBy'>) => sourceId(listing.rendition, segment) === rendition.id;
  const recent = listing.segment(msn);
  if (recent !== undefined) return isOfIt(recent) && recent.parts[partIndex]?.isGap === false;
  const old = listing.archive.segment(msn);
  return old !== undefined && isOfIt(old) && isOldPart(old, partIndex);
}

/** It hints at that part of this one. */
function hintsAt(listing: RenditionWindow, { rendition }: RenditionWindow, { msn, partIndex }: NextPart): boolean {
  const { hinted, hintedLentBy } = listing;
  const isHinted = msn === hinted.msn && partIndex === hinted.partIndex;
  return isHinted && sourceId(listing.rendition, { lentBy: hintedLentBy }) === rendition.id;
}

function segmentGate(
  window: LiveWindow,
  own: RenditionWindow,
  { msn, fromPart = 0, initVersion }: SegmentClaim & { readonly msn: number },
): MediaVerdict {
  const segment = own.segment(msn);
  const old = segment === undefined ? own.archive.segment(msn) : undefined;
  const madeFor = (segment ?? old)?.initVersion;
  if (initVersion !== undefined && madeFor !== undefined && initVersion !== madeFor) return NOTHING;
  const lending = lendingOf(window, own, msn);
  // A playlist lists it as its lender's; an MPD knows of no lenders.
  if (lending.lentBy !== undefined && initVersion === undefined) return ABSENT;
  if (hasGap(own, msn)) return initVersion === undefined ? ABSENT : lostGate(window, own, msn);
  // A segment of one part has no other object.
  const isOnePart = window.timing.grid.partsPerSegment === 1;
  if (isOnePart && (old ?? segment) !== undefined) return { kind: 'stored', ...lending };
  if (old !== undefined) return { kind: 'in-old-parts', partCount: old.partTicks.length, ...lending };
  if (segment === undefined) {
    const { hinted, firstMsn = 0 } = own;
    // DASH clients give up at a 404; it is told to no other.
    if (msn < firstMsn) return initVersion === undefined ? ABSENT : FORGOTTEN;
    const isAhead = msn >= hinted.msn && msn <= hinted.msn + SEGMENTS_AHEAD_MAX;
    return isAhead && !window.isEnded ? HINTED : ABSENT;
  }
  if (!segment.isComplete && segment.parts.length <= fromPart) return HINTED;
  const partSizesBytes = segment.parts.map((part) => part.sizeBytes);
  return { kind: segment.isComplete ? 'in-parts' : 'open', partSizesBytes, ...lending };
}

/** Who lends a segment, or is to lend the one that comes next. */
function lendingOf({ renditions }: Pick<LiveWindow, 'renditions'>, own: RenditionWindow, msn: number): Lending {
  const listed = own.segment(msn) ?? own.archive.segment(msn);
  const { hinted, hintedLentBy } = own;
  const lenderId = listed === undefined && msn === hinted.msn ? hintedLentBy : listed?.lentBy;
  const lender = [...renditions.values()].find(({ rendition }) => rendition.id === lenderId);
  return lender === undefined ? {} : { lentBy: lender.rendition.id };
}

function isOldPart({ partTicks, gapParts }: ClosedSegment, partIndex: number): boolean {
  return partIndex < partTicks.length && !gapParts.includes(partIndex);
}

/**
 * A segment with a gap, for DASH, which cannot say that there is none: its clients ask until they get it, or give up for
 * good (docs/adr/0024-ll-dash.md). So it is what lies before the first gap, or nothing at all. But while it is being made
 * and another rendition of its kind has it, it is refused: then Shaka changes over at once.
 */
function lostGate({ renditions }: LiveWindow, own: RenditionWindow, msn: number): MediaVerdict {
  const sameKind = [...renditions.values()].filter(({ rendition }) => rendition.kind === own.rendition.kind);
  if (own.openSegment?.msn === msn && !sameKind.every((other) => hasGap(other, msn))) return ABSENT;
  const sizesBytes: number[] = [];
  for (const { isGap, sizeBytes } of own.segment(msn)?.parts ?? []) {
    if (isGap) break;
    sizesBytes.push(sizeBytes);
  }
  return { kind: 'in-parts', partSizesBytes: sizesBytes, ...lendingOf({ renditions }, own, msn) };
}

function hasGap(own: RenditionWindow, msn: number): boolean {
  const recent = own.segment(msn);
  return recent === undefined ? (own.archive.segment(msn)?.gapParts ?? []).length > 0 : isGapSegment(recent);
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
