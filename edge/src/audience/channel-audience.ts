import { type BroadcastId, RenditionId } from '@sluice/contracts';
import type { Broadcast } from '../channel/broadcast.ts';
import type { FedFigures } from '../figures/fed-figures.ts';
import { FigureBins } from '../figures/figure-bins.ts';
import { tracksOf } from '../mux/muxed-id.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { isGapSegment } from '../window/window-segment.ts';
import { AUDIENCE_KNOWN_AFTER_MS, Audience, type FetchSource, type LiveEdge } from './audience.ts';
import { type AudienceCount, NO_AUDIENCE } from './audience-count.ts';
import type { Fetches } from './fetches.ts';

/** Where the newest broadcast is found. */
export interface LiveBroadcast {
  readonly current: Broadcast | undefined;
}

export interface AudienceSums {
  /** How many began to watch. */
  readonly views: number;
  /** By all viewers together. */
  readonly watchedMs: number;
}

interface Counted {
  readonly broadcast: Broadcast;
  readonly window: LiveWindow;
  readonly audience: Audience;
  readonly figures: FigureBins;
  readonly sinceMs: number;
}

/** Who watches a channel, and how it is for them: its live broadcast, and nobody when there is none. Time is an argument. */
export class ChannelAudience {
  readonly #channel: LiveBroadcast;
  #counted: Counted | undefined;

  constructor(channel: LiveBroadcast) {
    this.#channel = channel;
  }

  /** Of another broadcast than the live one nothing is counted. */
  add(fetches: Fetches, source: FetchSource, nowMs: number): void {
    const live = this.#live(nowMs);
    if (live?.broadcast.broadcastId !== fetches.broadcastId) return;
    live.audience.add(fetches, source, edgeOf(live.window, nowMs));
    live.figures.add(fetches, source);
  }

  /** To be called every second or so, for some figures are of fixed times. */
  passTime(nowMs: number): void {
    this.#live(nowMs);
  }

  /**
   * How it is for them; `undefined`: nobody is live.
   *
   * @param pointsMax of the series the newest; all, if absent.
   */
  figures(nowMs: number, pointsMax?: number): FedFigures | undefined {
    return this.#live(nowMs)?.figures.figures(pointsMax);
  }

  /** `undefined`: not counted for long enough yet, as after a restart. */
  count(nowMs: number): AudienceCount | undefined {
    const live = this.#live(nowMs);
    if (live === undefined) return NO_AUDIENCE;
    return countOf(live, nowMs);
  }

  /** What was added up of a broadcast since this began to count it; also of one that has just ended. */
  sums(broadcastId: BroadcastId): AudienceSums {
    const { broadcast, audience } = this.#counted ?? {};
    if (audience === undefined || broadcast?.broadcastId !== broadcastId) return { views: 0, watchedMs: 0 };
    return { views: audience.views, watchedMs: audience.watchedMs };
  }

  #live(nowMs: number): Counted | undefined {
    const { current } = this.#channel;
    const window = current?.window;
    if (current === undefined || window === undefined || current.endedAtMs !== undefined) return undefined;
    if (this.#counted?.broadcast !== current) {
      const { broadcastId } = current;
      const figures = new FigureBins({ broadcastId, nowMs, isRendition: (id) => isRendition(window, id) });
      this.#counted = {
        broadcast: current,
        window,
        audience: new Audience(window.description),
        figures,
        sinceMs: nowMs,
      };
    }
    const counted = this.#counted;
    counted.figures.passTime(nowMs, () => countOf(counted, nowMs)?.viewers ?? null);
    return counted;
  }
}

function countOf({ broadcast, window, audience, sinceMs }: Counted, nowMs: number): AudienceCount | undefined {
  if (nowMs - sinceMs < AUDIENCE_KNOWN_AFTER_MS) return undefined;
  return { broadcastId: broadcast.broadcastId, ...audience.count(edgeOf(window, nowMs)) };
}

function edgeOf(window: LiveWindow, nowMs: number): LiveEdge {
  const newest = [...window.renditions.values()].map(({ lastComplete }) => lastComplete?.msn ?? 0);
  return { nowMs, liveMsn: Math.max(0, ...newest), isGap: (id, msn) => isGap(window, id, msn) };
}

/** As it is encoded, or muxed. */
function isRendition({ renditions }: LiveWindow, id: string): boolean {
  const tracks = tracksOf(id);
  return tracks.length > 0 && tracks.every((each) => renditions.has(each));
}

/** Of a muxed rendition: where either of its two has one. */
function isGap({ renditions }: LiveWindow, id: string, msn: number): boolean {
  return id.split('+').some((each) => {
    const renditionId = RenditionId.safeParse(each);
    const rendition = renditionId.success ? renditions.get(renditionId.data) : undefined;
    const recent = rendition?.segment(msn);
    if (recent !== undefined) return isGapSegment(recent);
    return (rendition?.archive.segment(msn)?.gapParts.length ?? 0) > 0;
  });
}
