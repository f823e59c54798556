import { type BroadcastDescription, type MediaGrid, mediaGrid } from '@sluice/contracts';
import type { AudienceCount } from './audience-count.ts';
import type { Fetches } from './fetches.ts';

/**
 * By then all who follow the live edge have fetched a segment, also those who wait for whole ones, and it was told here:
 * isolates tell after two seconds, relays every four.
 */
const SETTLED_MS = 9_000;
/** Over which viewers are counted. */
const WINDOW_MS = 10_000;
/** Before that what is counted is too little. */
export const AUDIENCE_KNOWN_AFTER_MS = SETTLED_MS + WINDOW_MS;
/** Segments that are counted one by one; older ones are watched by people who have gone back. */
const FOLLOWED_SEGMENTS = 24;

/** A report that covers less says nothing of a mean. Isolates tell every two seconds. */
const REPORT_MS_MIN = 2_000;

/** Where the broadcast is. */
export interface LiveEdge {
  readonly nowMs: number;
  /** The newest whole segment. The media's own count, for the clock of who made it may be another. */
  readonly liveMsn: number;
  isGap(renditionId: string, msn: number): boolean;
}

/** Who tells of fetches, and of what time. */
export interface FetchSource {
  /** The relay's name. */
  readonly relay: string;
  /** Since it told before. */
  readonly overMs: number;
}

/** Segments of one rendition near the live edge, and how often each was fetched. */
type BySegment = Map<number, number>;

/** What one relay told at one time of media that lies further back. */
interface BehindReport {
  readonly relay: string;
  readonly atMs: number;
  /** Since it told before. */
  readonly overMs: number;
  /** By rendition. */
  readonly segments: ReadonlyMap<string, number>;
}

/**
 * How many watch one broadcast, out of what they fetch and nothing else: no cookie, no address, no session. Whoever
 * plays fetches each segment once, whole or in parts, so the fetches of one segment near the live edge are the viewers
 * there. Who has gone back is counted by the media fetched in a time, for they are all at different places. Pure; time
 * is an argument.
 */
export class Audience {
  readonly #grid: MediaGrid;
  readonly #segmentMs: number;
  readonly #renditions = new Map<string, BySegment>();
  #behind: BehindReport[] = [];
  /** Fetched since this began to count, in segments; muxed renditions are in both. */
  readonly #fetched = { pictures: 0, sounds: 0 };
  #views = 0;

  constructor({ profile, frameRate }: Pick<BroadcastDescription, 'profile' | 'frameRate'>) {
    this.#grid = mediaGrid(profile, frameRate);
    this.#segmentMs = (this.#grid.framesPerSegment * frameRate.den * 1_000) / frameRate.num;
  }

  /** @param source which relay tells it, and what time it covers. */
  add({ renditions, views = 0 }: Fetches, { relay, overMs }: FetchSource, { nowMs, liveMsn }: LiveEdge): void {
    this.#views += views;
    const behind = new Map<string, number>();
    for (const [renditionId, segments] of Object.entries(renditions)) {
      for (const [name, counts] of Object.entries(segments)) {
        const msn = Number(name) === 0 ? liveMsn : Number(name);
        const count = counts.segments + counts.parts / this.#grid.partsPerSegment;
        if (renditionId.startsWith('v')) this.#fetched.pictures += count;
        if (renditionId.startsWith('a') || isMuxed(renditionId)) this.#fetched.sounds += count;
        if (msn > liveMsn - FOLLOWED_SEGMENTS) this.#followed(renditionId, msn, count);
        else behind.set(renditionId, (behind.get(renditionId) ?? 0) + count);
      }
    }
    this.#behind = this.#behind.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
    this.#behind.push({ relay, atMs: nowMs, overMs: Math.max(overMs, REPORT_MS_MIN), segments: behind });
    this.#forgetSegments(liveMsn);
  }

  /** How many began to watch since this began to count. */
  get views(): number {
    return this.#views;
  }

  /** What all viewers have watched since this began to count, added up: a segment that was fetched was watched once. */
  get watchedMs(): number {
    // Who plays both fetches both.
    return Math.max(this.#fetched.pictures, this.#fetched.sounds) * this.#segmentMs;
  }

  count(edge: LiveEdge): Omit<AudienceCount, 'broadcastId'> {
    const ids = new Set([...this.#renditions.keys(), ...this.#behind.flatMap(({ segments }) => [...segments.keys()])]);
    const counts = [...ids].map((id) => [id, this.#atTheEdge(id, edge) + this.#furtherBack(id, edge.nowMs)] as const);
    const watched = counts.filter(([, viewers]) => viewers >= 0.5);
    const of = (kind: 'v' | 'a') => watched.filter(([id]) => id.startsWith(kind)).reduce((sum, [, n]) => sum + n, 0);
    return {
      // Who plays both fetches both.
      viewers: Math.round(Math.max(of('v'), of('a') + muxedViewers(watched))),
      renditions: Object.fromEntries(watched.map(([id, viewers]) => [id, Math.round(viewers)])),
    };
  }

  /** How often the segments of some ten seconds were fetched, on the average; nobody can fetch a gap. */
  #atTheEdge(renditionId: string, { liveMsn, isGap }: LiveEdge): number {
    const bySegment = this.#renditions.get(renditionId);
    if (bySegment === undefined) return 0;
    const settledMsn = liveMsn - Math.ceil(SETTLED_MS / this.#segmentMs);
    const firstMsn = settledMsn - Math.max(1, Math.round(WINDOW_MS / this.#segmentMs)) + 1;
    let [fetched, segmentCount] = [0, 0];
    for (let msn = Math.max(1, firstMsn); msn <= settledMsn; msn += 1) {
      if (isGap(renditionId, msn)) continue;
      fetched += bySegment.get(msn) ?? 0;
      segmentCount += 1;
    }
    return segmentCount === 0 ? 0 : fetched / segmentCount;
  }

  /** Media fetched in a time, relay by relay. */
  #furtherBack(renditionId: string, nowMs: number): number {
    const relays = new Map<string, { mediaMs: number; overMs: number }>();
    for (const { relay, atMs, overMs, segments } of this.#behind) {
      if (atMs <= nowMs - WINDOW_MS) continue;
      const sum = relays.get(relay) ?? { mediaMs: 0, overMs: 0 };
      sum.mediaMs += (segments.get(renditionId) ?? 0) * this.#segmentMs;
      sum.overMs += overMs;
      relays.set(relay, sum);
    }
    return [...relays.values()].reduce((sum, { mediaMs, overMs }) => sum + mediaMs / overMs, 0);
  }

  #followed(renditionId: string, msn: number, count: number): void {
    const bySegment = this.#renditions.get(renditionId) ?? new Map<number, number>();
    bySegment.set(msn, (bySegment.get(msn) ?? 0) + count);
    this.#renditions.set(renditionId, bySegment);
  }

  #forgetSegments(liveMsn: number): void {
    for (const [renditionId, bySegment] of this.#renditions) {
      for (const msn of bySegment.keys()) if (msn <= liveMsn - FOLLOWED_SEGMENTS) bySegment.delete(msn);
      if (bySegment.size === 0) this.#renditions.delete(renditionId);
    }
  }
}

function muxedViewers(counts: readonly (readonly [string, number])[]): number {
  return counts.filter(([id]) => isMuxed(id)).reduce((sum, [, viewers]) => sum + viewers, 0);
}

/** The sound is in what is fetched: `v720+a128`. */
function isMuxed(renditionId: string): boolean {
  return renditionId.includes('+');
}
