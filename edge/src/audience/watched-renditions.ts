import type { RenditionId } from '@sluice/contracts';
import type { Broadcast } from '../channel/broadcast.ts';

/**
 * Who plays asks at least once in a target duration, of four seconds at most, and relays report every four seconds. So a
 * rendition that was not asked for in this time is watched by nobody.
 */
const WATCHED_MS = 10_000;

/** Which renditions of the newest broadcast viewers asked for of late. Time is an argument. */
export class WatchedRenditions {
  readonly #askedAtMs = new Map<string, number>();
  #broadcast: Broadcast | undefined;
  #sinceMs = 0;

  /** Viewers asked for these; what is no rendition of the broadcast counts nothing. */
  asked(broadcast: Broadcast | undefined, ids: Iterable<string>, nowMs: number): void {
    this.#follow(broadcast, nowMs);
    const known = broadcast?.window?.renditions;
    for (const id of ids) if (known?.has(id as RenditionId)) this.#askedAtMs.set(id, nowMs);
  }

  /**
   * Those that were asked for. For some time after this object has begun to listen it knows of no no: then all that do
   * not rest are among them.
   */
  now(broadcast: Broadcast | undefined, nowMs: number): RenditionId[] {
    this.#follow(broadcast, nowMs);
    const isNew = nowMs - this.#sinceMs < WATCHED_MS;
    return [...(broadcast?.window?.renditions ?? [])]
      .filter(([id, { hintedLentBy }]) => {
        const isResting = hintedLentBy !== undefined;
        const askedAtMs = this.#askedAtMs.get(id);
        return (askedAtMs !== undefined && nowMs - askedAtMs < WATCHED_MS) || (isNew && !isResting);
      })
      .map(([id]) => id);
  }

  #follow(broadcast: Broadcast | undefined, nowMs: number): void {
    if (this.#broadcast === broadcast) return;
    this.#broadcast = broadcast;
    this.#askedAtMs.clear();
    this.#sinceMs = nowMs;
  }
}
