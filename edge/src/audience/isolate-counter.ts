import type { BroadcastId, ChannelId, ViewerReport } from '@sluice/contracts';
import { FetchCounter, type Fetches, type SegmentFetches } from './fetches.ts';

/** An isolate tells its relay what was fetched this often, with some request: it has no time of its own. */
const TELL_MS = 2_000;
/** Broadcasts that are counted at once. Of more, viewers are not counted until others were told of. */
const BROADCASTS_MAX = 1_000;

/** Requests that nobody was told of for so long are of another time than what is told next. */
const REQUESTS_MS_MAX = 10_000;

/**
 * Of one broadcast, until it is told again. A viewer reports every ten seconds and makes a request or more a second, so an
 * isolate with so many at a time would have ten thousand requests a second to answer.
 */
const REPORTS_MAX = 2_000;

/** Broadcasts that are known to be over: recordings that are watched here. The one that was learned first goes. */
const OVER_MAX = 1_000;

interface Counting {
  readonly counter: FetchCounter;
  toldAtMs: number;
}

/** Requests for a channel, whatever they were for. */
interface Answered {
  requests: number;
  readonly sinceMs: number;
}

/** What an isolate's viewers fetched and told since it told of it last, broadcast by broadcast. Time is an argument. */
export class IsolateCounter {
  readonly #broadcasts = new Map<string, Counting>();
  readonly #answered = new Map<string, Answered>();
  readonly #over = new Set<string>();

  /** Requests were answered for a channel. That is told with what is told of its broadcast next. */
  answered(channel: CountedChannel, requests: number, nowMs: number): void {
    const name = channelNameOf(channel);
    const answered = this.#answered.get(name);
    if (answered !== undefined && nowMs - answered.sinceMs <= REQUESTS_MS_MAX) {
      answered.requests += requests;
      return;
    }
    if (this.#answered.size >= BROADCASTS_MAX && answered === undefined) this.#sweepAnswered(nowMs);
    if (this.#answered.size < BROADCASTS_MAX || answered !== undefined) {
      this.#answered.set(name, { requests, sinceMs: nowMs });
    }
  }

  /** It is there, and somebody here asks for it: so it is told what is asked. */
  seen(place: CountedBroadcast, nowMs: number): void {
    if (!this.#over.has(nameOf(place))) this.#counting(place, nowMs);
  }

  fetched(place: CountedPlace, msn: number, counts: SegmentFetches, nowMs: number): void {
    if (this.#over.has(nameOf(place))) return;
    this.#counting(place, nowMs)?.counter.fetched(place.renditionId, msn, counts);
  }

  /** Somebody began to watch. Told at once if it can be: that may be the last that is heard of who watches alone. */
  viewed(place: CountedBroadcast, nowMs: number): void {
    if (!this.#over.has(nameOf(place))) this.#counting(place, nowMs - TELL_MS)?.counter.viewed();
  }

  /** A player reports. `false`: it is not known here that there is such a broadcast. */
  reported(place: CountedBroadcast, report: ViewerReport): boolean {
    const counting = this.#broadcasts.get(nameOf(place));
    counting?.counter.reported(report, REPORTS_MAX);
    return counting !== undefined;
  }

  /** What is to be told now; `undefined`: it can wait for another request. */
  due(place: CountedBroadcast, nowMs: number): Fetches | undefined {
    const counting = this.#broadcasts.get(nameOf(place));
    if (counting === undefined || nowMs - counting.toldAtMs < TELL_MS) return undefined;
    counting.counter.answered(this.#takeAnswered(place, nowMs));
    if (counting.counter.isEmpty) return undefined;
    counting.toldAtMs = nowMs;
    return counting.counter.take();
  }

  isKnownToBeOver(place: CountedBroadcast): boolean {
    return this.#over.has(nameOf(place));
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

  #takeAnswered(channel: CountedChannel, nowMs: number): number {
    const name = channelNameOf(channel);
    const { requests, sinceMs } = this.#answered.get(name) ?? { requests: 0, sinceMs: nowMs };
    this.#answered.delete(name);
    return nowMs - sinceMs > REQUESTS_MS_MAX ? 0 : requests;
  }

  #sweepAnswered(nowMs: number): void {
    for (const [name, { sinceMs }] of this.#answered) {
      if (nowMs - sinceMs > REQUESTS_MS_MAX) this.#answered.delete(name);
    }
  }

  /** Broadcasts that nobody here watches any more. What is left of them is too old to count. */
  #sweep(nowMs: number): void {
    for (const [name, { toldAtMs }] of this.#broadcasts) {
      if (nowMs - toldAtMs > 5 * TELL_MS) this.#broadcasts.delete(name);
    }
  }
}

/** What is asked for, and from where. */
export interface CountedChannel {
  readonly region: string;
  readonly channelId: ChannelId;
}

/** What is watched. */
export interface CountedBroadcast extends CountedChannel {
  readonly broadcastId: BroadcastId;
}

export interface CountedPlace extends CountedBroadcast {
  readonly renditionId: string;
}

function channelNameOf({ region, channelId }: CountedChannel): string {
  return `${region}/${channelId}`;
}

function nameOf(place: CountedBroadcast): string {
  return `${channelNameOf(place)}/${place.broadcastId}`;
}
