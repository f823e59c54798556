import type { ListedId } from '../mux/muxed-id.ts';
import type { WindowSegment } from './window-segment.ts';

/** A whole segment, as far as anybody asks for it once its parts are not listed any more. */
export interface ClosedSegment {
  readonly msn: number;
  /** As those of a WindowSegment. */
  readonly startTicks: number;
  readonly cutTicks: number;
  readonly initVersion: number;
  readonly isDiscontinuity: boolean;
  readonly lentBy?: ListedId | undefined;
  /** How long each of its parts is. */
  readonly partTicks: readonly number[];
  /** Which of its parts are gaps: their indices, rising. */
  readonly gapParts: readonly number[];
}

/** What stays of a whole segment. */
export function closedSegment(segment: WindowSegment): ClosedSegment {
  const { msn, startTicks, cutTicks, initVersion, isDiscontinuity, lentBy, parts } = segment;
  return {
    msn,
    startTicks,
    cutTicks,
    initVersion,
    isDiscontinuity,
    ...(lentBy && { lentBy }),
    partTicks: parts.map(({ durationTicks }) => durationTicks),
    gapParts: parts.flatMap(({ isGap }, index) => (isGap ? [index] : [])),
  };
}

export function sumTicks(partTicks: readonly number[]): number {
  return partTicks.reduce((sum, ticks) => sum + ticks, 0);
}
