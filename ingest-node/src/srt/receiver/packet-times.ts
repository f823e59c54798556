/** When a packet is to be decoded and shown, in whole microseconds since some moment. */
export interface PacketTimes {
  readonly ptsUs: number;
  readonly dtsUs: number;
}

/** MPEG-TS counts at 90 kHz in 33 bits (ISO/IEC 13818-1 §2.4.3.7): it begins anew every 26.5 hours. */
const TICKS_PER_PERIOD = 2 ** 33;

/** Makes the ticks of all tracks of one stream go on over the wrap: each is the one nearest to the last. */
export class TickUnwrap {
  #last: number | undefined;

  unwrap(ticks: number): number {
    const last = this.#last ?? ticks;
    const periods = Math.round((last - ticks) / TICKS_PER_PERIOD);
    this.#last = ticks + periods * TICKS_PER_PERIOD;
    return this.#last;
  }
}

export function ticksToUs(ticks: number): number {
  return Math.round((ticks * 100) / 9);
}
