import { RENDITIONS_MAX, type RenditionId } from '@sluice/contracts';
import type { Broadcast } from '../channel/broadcast.ts';
import { tracksOf } from '../mux/muxed-id.ts';

/** A rendition that rests is asked for anew: so often the channel's object is told at once. */
const WAKE_AGAIN_MS = 1_000;

/** Which renditions a relay's viewers ask for. Bounded by what the broadcast has. Time is an argument. */
export class AskedRenditions {
  readonly #sinceReport = new Set<RenditionId>();
  readonly #wokenAtMs = new Map<RenditionId, number>();

  /** Those among them that rest, so that it must be told at once that somebody watches. */
  asked(broadcast: Broadcast | undefined, ids: readonly string[], nowMs: number): RenditionId[] {
    const asleep: RenditionId[] = [];
    for (const id of ids.flatMap(tracksOf)) {
      const window = broadcast?.window?.renditions.get(id);
      if (window === undefined) continue;
      if (this.#sinceReport.size < RENDITIONS_MAX) this.#sinceReport.add(id);
      const isTold = nowMs - (this.#wokenAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < WAKE_AGAIN_MS;
      if (window.hintedLentBy === undefined || isTold) continue;
      this.#wokenAtMs.set(id, nowMs);
      asleep.push(id);
    }
    return asleep;
  }

  /** Those since the last report. */
  take(): RenditionId[] {
    const asked = [...this.#sinceReport];
    this.#sinceReport.clear();
    return asked;
  }

  /** They could not be reported. */
  giveBack(asked: readonly RenditionId[]): void {
    for (const id of asked) this.#sinceReport.add(id);
  }
}
