import type { NextPart, PartAnnounced } from '@sluice/contracts';
import type { PartDue } from './listable-part.ts';

/** Far more than a broadcast waits for other encoders; beyond it gaps are listed as they come. */
const HELD_PARTS_MAX = 512;

/**
 * Gaps of a rendition, one after the other, that are not listed before it is known what follows them
 * (docs/adr/0016-the-form-of-a-seam.md). In memory only: after a restart they are announced again.
 */
export class HeldGaps {
  #parts: PartAnnounced[] = [];

  get isFull(): boolean {
    return this.#parts.length >= HELD_PARTS_MAX;
  }

  /** The part that comes after them; `undefined`: there are none. */
  get next(): NextPart | undefined {
    const last = this.#parts.at(-1);
    if (last === undefined) return undefined;
    const { msn, partIndex, isLastOfSegment } = last;
    return isLastOfSegment ? { msn: msn + 1, partIndex: 0 } : { msn, partIndex: partIndex + 1 };
  }

  /** Where they end, in the rendition's ticks; `undefined`: there are none. */
  get endTicks(): number | undefined {
    const last = this.#parts.at(-1);
    return last && last.startTicks + last.durationTicks;
  }

  /** Of the last of them. */
  get initVersion(): number | undefined {
    return this.#parts.at(-1)?.initVersion;
  }

  /** What of a segment is among them. */
  ofSegment(msn: number): PartDue['segment'] {
    const parts = this.#parts.filter((part) => part.msn === msn);
    const [first] = parts;
    if (first === undefined) return undefined;
    return {
      initVersion: first.initVersion,
      durationTicks: parts.reduce((sum, { durationTicks }) => sum + durationTicks, 0),
    };
  }

  push(part: PartAnnounced): void {
    this.#parts.push(part);
  }

  /** All of them, to be listed or left out. */
  take(): PartAnnounced[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}
