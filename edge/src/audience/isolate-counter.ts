import type { BroadcastId, ChannelId } from '@sluice/contracts';
import { FetchCounter, type Fetches, type SegmentFetches } from './fetches.ts';

/** An isolate tells its relay what was fetched this often, with some request: it has no time of its own. */
const TELL_MS = 2_000;
/** Broadcasts that are counted at once. Of more, viewers are not counted until others were told of. */
const BROADCASTS_MAX = 1_000;

/** Broadcasts that are known to be over: recordings that are watched here. The one that was learned first goes. */
const OVER_MAX = 1_000;

interface Counting {
  readonly counter: FetchCounter;
  toldAtMs: number;
}

/** What an isolate's viewers fetched since it told of it last, broadcast by broadcast. Time is an argument. */
export class IsolateCounter {
  readonly #broadcasts = new Map<string, Counting>();
  readonly #over = new Set<string>();

  fetched(place: CountedPlace, msn: number, counts: SegmentFetches, nowMs: number): void {
    if (this.#over.has(nameOf(place))) return;
    this.#counting(place, nowMs)?.counter.fetched(place.renditionId, msn, counts);
  }

  /** Somebody began to watch. Told at once if it can be: that may be the last that is heard of who watches alone. */
  viewed(place: CountedBroadcast, nowMs: number): void {
    if (!this.#over.has(nameOf(place))) this.#counting(place, nowMs - TELL_MS)?.counter.viewed();
  }

  /** What is to be told now; `undefined`: it can wait for another request. */
  due(place: CountedBroadcast, nowMs: number): Fetches | undefined {
    const counting = this.#broadcasts.get(nameOf(place));
    if (counting === undefined || nowMs - counting.toldAtMs < TELL_MS || counting.counter.isEmpty) return undefined;
    counting.toldAtMs = nowMs;
    return counting.counter.take();
  }

  /** It is over for good: nobody needs to be told, and no object has to wake up for it, who watches its recording. */
  isOver(place: CountedBroadcast): void {
    const name = nameOf(place);
    this.#broadcasts.delete(name);
    for (const oldest of this.#over) {
      if (this.#over.size < OVER_MAX) break;
      this.#over.delete(oldest);
    }
    this.#over.add(name);
  }

  /** @param toldAtMs what it begins with, if it is not there yet. */
  #counting(place: CountedBroadcast, toldAtMs: number): Counting | undefined {
    const name = nameOf(place);
    const counting = this.#broadcasts.get(name);
    if (counting !== undefined) return counting;
    if (this.#broadcasts.size >= BROADCASTS_MAX) this.#sweep(toldAtMs);
    if (this.#broadcasts.size >= BROADCASTS_MAX) return undefined;
    const fresh = { counter: new FetchCounter(place.broadcastId), toldAtMs };
    this.#broadcasts.set(name, fresh);
    return fresh;
  }

  /** Broadcasts that nobody here watches any more. What is left of them is too old to count. */
  #sweep(nowMs: number): void {
    for (const [name, { toldAtMs }] of this.#broadcasts) {
      if (nowMs - toldAtMs > 5 * TELL_MS) this.#broadcasts.delete(name);
    }
  }
}

/** What is watched, and from where. */
export interface CountedBroadcast {
  readonly region: string;
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
}

export interface CountedPlace extends CountedBroadcast {
  readonly renditionId: string;
}

function nameOf({ region, channelId, broadcastId }: CountedBroadcast): string {
  return `${region}/${channelId}/${broadcastId}`;
}
