import type { SrtFigures } from '../srt/srt-figures.ts';

/** Figures come about once a second. */
const SECONDS = 10;

/** The part of an SRT connection's packets that was lost on the way in the last ten seconds. */
export class LossWindow {
  readonly #totals: SrtFigures[] = [];

  add(figures: SrtFigures): void {
    this.#totals.push(figures);
    if (this.#totals.length > SECONDS + 1) this.#totals.shift();
  }

  /** `undefined` before there is something to compare. */
  get ratio(): number | undefined {
    const [first] = this.#totals;
    const last = this.#totals.at(-1);
    if (first === undefined || last === undefined || first === last) return undefined;
    // Packets that overtook each other count as lost until the late one comes.
    const lost = Math.max(0, last.lostPacketCount - first.lostPacketCount);
    const sent = firstCopies(last) - firstCopies(first) + lost;
    return sent > 0 ? lost / sent : 0;
  }
}

function firstCopies({ packetCount, retransmittedPacketCount }: SrtFigures): number {
  return packetCount - retransmittedPacketCount;
}
