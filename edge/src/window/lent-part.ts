import type { PartAnnounced, Rendition, RenditionId } from '@sluice/contracts';
import type { PartDue } from './listable-part.ts';
import { WindowError } from './window-error.ts';
import type { WindowSegment } from './window-segment.ts';

/** Another rendition of the broadcast, as far as a lent part must agree with it. */
export interface Neighbour {
  readonly rendition: Rendition;
  /** A recent segment, with its parts. */
  segment(msn: number): WindowSegment | undefined;
}

export type Neighbours = ReadonlyMap<RenditionId, Neighbour>;

export interface LentPartOptions {
  /** The rendition that the part is of. */
  readonly rendition: Rendition;
  readonly neighbours: Neighbours;
  /** The segment that it goes on with; `undefined`: it begins one. */
  readonly segment: PartDue['segment'];
}

/**
 * Throws WindowError for a part whose lender is none (docs/adr/0030-renditions-on-demand.md), or has something else there.
 * It may come before its lender's own announcement: what it is a copy of is in the bucket, and nobody has to wait until
 * the lender's parts before it are.
 */
export function assertLent(part: PartAnnounced, { rendition, neighbours, segment }: LentPartOptions): void {
  const { lentBy, nextLentBy } = part;
  const name = `${part.renditionId} ${part.msn}.${part.partIndex}`;
  if (nextLentBy !== undefined && !part.isLastOfSegment) throw new WindowError('next-lender-misplaced', name);
  if (nextLentBy !== undefined) lenderOf(nextLentBy, { rendition, neighbours, name });
  // Who goes on after a node that was lost may not know that the segment was lent.
  const isLeftOut = part.isGap && lentBy === undefined;
  if (segment !== undefined && !isLeftOut && lentBy !== segment.lentBy)
    throw new WindowError('lender-changed-in-segment', `${name} is of ${lentBy ?? part.renditionId}`);
  if (lentBy === undefined) return;
  const lender = lenderOf(lentBy, { rendition, neighbours, name });
  const isLending = [...neighbours.values()].some((other) => other.segment(part.msn)?.lentBy === rendition.id);
  const theirs = lender.segment(part.msn);
  if (isLending || theirs?.lentBy !== undefined) throw new WindowError('lender-rests', name);
  if (!part.isGap && theirs !== undefined && !isCopy(part, theirs)) throw new WindowError('lent-part-differs', name);
}

interface Borrowing extends Pick<LentPartOptions, 'rendition' | 'neighbours'> {
  /** Of the part. */
  readonly name: string;
}

/**
 * A player that has loaded it goes on with its own rendition, under another EXT-X-MAP and nothing else; and nobody is sent
 * more than what they chose, or may see.
 */
function lenderOf(lenderId: RenditionId, { rendition: own, neighbours, name }: Borrowing): Neighbour {
  const lender = neighbours.get(lenderId);
  const other = lender?.rendition;
  const isFit =
    other?.kind === 'video' &&
    own.kind === 'video' &&
    other.id !== own.id &&
    other.timescaleHz === own.timescaleHz &&
    other.widthPx <= own.widthPx &&
    other.heightPx <= own.heightPx &&
    other.bitrateBpsMax <= own.bitrateBpsMax &&
    // All encoders are started anew at once, so one version tells of both.
    other.initVersion === own.initVersion;
  if (lender === undefined || !isFit) throw new WindowError('lender-unfit', `${name} cannot be of ${lenderId}`);
  return lender;
}

/** It is what the lender has at the same place, or the lender has nothing there yet. */
function isCopy(part: PartAnnounced, { startTicks, initVersion, parts }: WindowSegment): boolean {
  const theirs = parts[part.partIndex];
  if (theirs === undefined) return true;
  const theirTicks = parts.slice(0, part.partIndex).reduce((sum, { durationTicks }) => sum + durationTicks, startTicks);
  return (
    part.startTicks === theirTicks &&
    part.durationTicks === theirs.durationTicks &&
    part.sizeBytes === theirs.sizeBytes &&
    part.initVersion === initVersion &&
    !theirs.isGap
  );
}
