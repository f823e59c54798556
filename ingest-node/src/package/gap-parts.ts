import {
  AAC_FRAME_SAMPLES,
  type BroadcastDescription,
  framesBeforePart,
  mediaGrid,
  type NextPart,
  type PartAnnounced,
  partNumber,
  partPlace,
  type Rendition,
} from '@sluice/contracts';

/**
 * The parts of a rendition that nobody made: from the one that is due up to, and without, the one at `until`. They keep
 * its timeline whole (rfc8216bis §6.2.1), under the init segment that was in force.
 */
export function gapParts(
  { profile, frameRate }: BroadcastDescription,
  rendition: Rendition,
  { from, until }: { readonly from: NextPart; readonly until: NextPart },
): PartAnnounced[] {
  const grid = mediaGrid(profile, frameRate);
  const frameTicks = rendition.kind === 'audio' ? AAC_FRAME_SAMPLES : grid.frameDurationTicks;
  const parts: PartAnnounced[] = [];
  for (let number = partNumber(grid, from); number < partNumber(grid, until); number += 1) {
    const startTicks = framesBeforePart(rendition, grid, number) * frameTicks;
    const endTicks = framesBeforePart(rendition, grid, number + 1) * frameTicks;
    parts.push({
      renditionId: rendition.id,
      ...partPlace(grid, number),
      startTicks,
      durationTicks: endTicks - startTicks,
      sizeBytes: 0,
      isIndependent: false,
      isGap: true,
      initVersion: rendition.initVersion,
    });
  }
  return parts;
}
