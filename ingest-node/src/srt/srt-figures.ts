/** How one SRT connection does: totals since it began, and the state of the last second. */
export interface SrtFigures {
  /** Round trip time and its variation, as the receiver measures it; absent until it has. */
  readonly rttMs: number | undefined;
  readonly rttVarianceMs: number | undefined;
  /** How long each packet is held before it is played. */
  readonly latencyMs: number;
  readonly isEncrypted: boolean;
  /** Data packets that came, repeats included. */
  readonly packetCount: number;
  /** Data packets whose first copy did not come. */
  readonly lostPacketCount: number;
  /** Copies that were sent again and came. */
  readonly retransmittedPacketCount: number;
  /** Of the last second: what came, and of the packets that were sent first the part that did not. */
  readonly bitrateBps: number;
  readonly lossRatio: number;
}
