import type { SourceEvent } from '../../media/source.ts';

/** FFmpeg's muxer lets the first frame of a packet wait for 350 ms; beyond this, timestamps make no sense. */
const SPREAD_MS_MAX = 400;

/**
 * Sound that comes packet by packet, given out frame by frame. Encoders for MPEG-TS gather up to a third of a second of
 * it, so the first frame of a packet comes that much late and the last one in time. Whoever goes by arrival would take
 * the first ones for lost. Given out at the pace of their times, all are equally late, as if the way were longer.
 */
export class SoundPacing {
  #waiting: { readonly event: SourceEvent; readonly atMs: number }[] = [];

  /** When `take` has something; infinite when nothing waits. */
  get deadlineMs(): number {
    return this.#waiting[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  /**
   * What one packet came to. The answer is what still waited of the one before: it goes at once, so that no more than a
   * packet waits here, and sound that catches up after a stall is not held up once more.
   */
  put(events: readonly SourceEvent[], nowMs: number): SourceEvent[] {
    if (events.length === 0) return [];
    const before = this.flush();
    let firstUs: number | undefined;
    let atMs = nowMs;
    for (const event of events) {
      if (event.kind === 'audio') {
        firstUs ??= event.ptsUs;
        const afterMs = Math.min(SPREAD_MS_MAX, (event.ptsUs - firstUs) / 1_000);
        atMs = Math.max(atMs, nowMs + afterMs);
      }
      this.#waiting.push({ event, atMs });
    }
    return before;
  }

  /** The next one, if its time has come. */
  take(nowMs: number): SourceEvent | undefined {
    return nowMs >= this.deadlineMs ? this.#waiting.shift()?.event : undefined;
  }

  /** All that waits: no more will come. */
  flush(): SourceEvent[] {
    return this.#waiting.splice(0).map(({ event }) => event);
  }
}
