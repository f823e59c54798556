import type { EdgeEvent } from '@sluice/contracts';

export const BROADCAST_ID = '0mxyz0000o1234567890abcd';

type Told = Record<string, unknown> & { readonly kind: EdgeEvent['kind'] };

/** Events of one broadcast as the edge tells them, in the order of their sequences. */
export class EdgeStory {
  #sequence: number;
  readonly #broadcastId: string;
  readonly #startedAtMs: number;

  constructor(startedAtMs: number, broadcastId = BROADCAST_ID) {
    this.#startedAtMs = startedAtMs;
    this.#sequence = startedAtMs;
    this.#broadcastId = broadcastId;
  }

  started(more: object = {}): Told {
    return this.#event('broadcast-started', 0, {
      startedAtMs: this.#startedAtMs,
      profile: 'low',
      isPrivate: false,
      isRecorded: true,
      renditions: [
        {
          renditionId: 'v720',
          codecs: 'avc1.64001F',
          bitrateBpsMax: 2_500_000,
          widthPx: 1_280,
          heightPx: 720,
          frameRate: 30,
        },
        { renditionId: 'a128', codecs: 'mp4a.40.2', bitrateBpsMax: 128_000 },
      ],
      ...more,
    });
  }

  absent(afterMs: number): Told {
    return this.#event('publisher-absent', afterMs, {});
  }

  back(afterMs: number, absentMs: number): Told {
    return this.#event('publisher-back', afterMs, { absentMs });
  }

  audience(afterMs: number, viewers: number, viewerMs: number): Told {
    return this.#event('audience', afterMs, {
      viewers,
      totals: { viewersPeak: viewers, views: viewers, viewerMs, liveMs: afterMs },
    });
  }

  ended(afterMs: number, totals: object = {}): Told {
    const all = { viewersPeak: 0, views: 0, viewerMs: 0, liveMs: afterMs, ...totals };
    return this.#event('broadcast-ended', afterMs, { reason: 'publisher-stopped', totals: all });
  }

  recorded(afterMs: number, more: object = {}): Told {
    return this.#event('recording-ready', afterMs, { durationMs: afterMs, sizeBytes: 3_000_000, gapMs: 0, ...more });
  }

  #event(kind: EdgeEvent['kind'], afterMs: number, more: object): Told {
    this.#sequence += 1;
    return {
      kind,
      sequence: this.#sequence,
      broadcastId: this.#broadcastId,
      atMs: this.#startedAtMs + afterMs,
      ...more,
    };
  }
}
