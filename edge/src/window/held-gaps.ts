import type { NextPart, PartAnnounced } from '@sluice/contracts';
import { sumTicks } from './closed-segment.ts';
import type { PartDue } from './listable-part.ts';
import type { HeldSegmentState } from './window-state.ts';

/**
 * More than a minute of the shortest parts, for so long a broadcast waits for other encoders. Beyond it gaps are listed
 * as they come.
 */
const HELD_PARTS_MAX = 256;

/** A part as a window lists it. */
export type ListedPart = Omit<PartAnnounced, 'renditionId'>;

/**
 * Gaps of a rendition, one after the other, that are not listed before it is known what follows them
 * (docs/adr/0016-the-form-of-a-seam.md).
 */
export class HeldGaps {
  #segments: HeldSegmentState[];

  constructor(state: readonly HeldSegmentState[] = []) {
    this.#segments = [...state];
  }

  /** How many parts are held. */
  get count(): number {
    return this.#segments.reduce((sum, { partTicks }) => sum + partTicks.length, 0);
  }

  get isFull(): boolean {
    return this.count >= HELD_PARTS_MAX;
  }

  /** The part that comes after them; `undefined`: there are none. */
  get next(): NextPart | undefined {
    const last = this.#segments.at(-1);
    if (last === undefined) return undefined;
    const { msn, partIndex, partTicks, isWhole } = last;
    return isWhole ? { msn: msn + 1, partIndex: 0 } : { msn, partIndex: partIndex + partTicks.length };
  }

  /** Where they end, in the rendition's ticks; `undefined`: there are none. */
  get endTicks(): number | undefined {
    const last = this.#segments.at(-1);
    return last && last.startTicks + sumTicks(last.partTicks);
  }

  /** Of the last of them. */
  get initVersion(): number | undefined {
    return this.#segments.at(-1)?.initVersion;
  }

  /** What of a segment is among them. */
  ofSegment(msn: number): PartDue['segment'] {
    const held = this.#segments.find((segment) => segment.msn === msn);
    return held && { initVersion: held.initVersion, durationTicks: sumTicks(held.partTicks), lentBy: held.lentBy };
  }

  /** Takes the next part; nothing of it counts but its place, its length, and who lends its segment. */
  push(part: PartAnnounced): void {
    const { msn, partIndex, startTicks, durationTicks, initVersion, isLastOfSegment: isWhole, lentBy } = part;
    const last = this.#segments.at(-1);
    if (last?.msn !== msn) {
      const partTicks = [durationTicks];
      this.#segments.push({ msn, partIndex, startTicks, initVersion, partTicks, isWhole, ...(lentBy && { lentBy }) });
      return;
    }
    this.#segments[this.#segments.length - 1] = { ...last, partTicks: [...last.partTicks, durationTicks], isWhole };
  }

  /** All of them, to be listed or left out. */
  take(): ListedPart[] {
    const segments = this.#segments;
    this.#segments = [];
    return segments.flatMap(heldParts);
  }

  state(): HeldSegmentState[] {
    return [...this.#segments];
  }
}

function heldParts(segment: HeldSegmentState): ListedPart[] {
  const { msn, partIndex, startTicks, initVersion, partTicks, isWhole, lentBy } = segment;
  return partTicks.map((durationTicks, index) => ({
    msn,
    partIndex: partIndex + index,
    startTicks: startTicks + sumTicks(partTicks.slice(0, index)),
    durationTicks,
    sizeBytes: 0,
    isIndependent: false,
    isLastOfSegment: isWhole && index === partTicks.length - 1,
    isGap: true,
    initVersion,
    ...(lentBy && { lentBy }),
  }));
}
