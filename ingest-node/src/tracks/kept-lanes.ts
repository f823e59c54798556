import type { BroadcastDescription, Rendition } from '@sluice/contracts';
import type { DescribedLane } from './describe-tracks.ts';

/** The lanes that are the renditions of a broadcast, as it describes them. `undefined` if they are not all there. */
export function keptLanes(
  described: readonly DescribedLane[],
  { renditions }: BroadcastDescription,
): DescribedLane[] | undefined {
  const kept: DescribedLane[] = [];
  for (const before of renditions) {
    const found = described.find(({ rendition }) => isCalledAs(rendition, before));
    if (found === undefined || !isAlike(found.rendition, before)) return undefined;
    const { codecs, configuration } = found.rendition;
    kept.push({ lane: found.lane, rendition: { ...before, codecs, configuration } });
  }
  return kept;
}

/** There is one sound, and what it is called may be no more than how loud it was at the beginning. */
function isCalledAs(one: Rendition, before: Rendition): boolean {
  return before.kind === 'audio' ? one.kind === 'audio' : one.id === before.id;
}

function isAlike(one: Rendition, other: Rendition): boolean {
  if (one.kind === 'audio') return other.kind === 'audio' && one.channelCount === other.channelCount;
  return other.kind === 'video' && one.widthPx === other.widthPx && one.heightPx === other.heightPx;
}
