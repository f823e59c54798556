import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ListedSegment,
  type MediaPlaylistView,
  mediaPlaylistUris,
  nextReload,
  viewMediaPlaylist,
} from '../capture/playlist-view.ts';

/** A held reload is answered within three target durations (rfc8216bis §6.2.5.2); this leaves room for a slow machine. */
const ANSWER_MS_MAX = 30_000;
/** After an answer that is no playlist. */
const AGAIN_MS = 250;

/** A part that a waiting client has got. */
export interface SeenPart {
  readonly receivedAtMs: number;
  /** Wall time at which its last frame ended, by the playlist's dates. */
  readonly endedAtMs: number;
}

/** What a client saw of one rendition. */
export interface PartWatchRecord {
  readonly parts: readonly SeenPart[];
  /** Listed, and not to be had by who made them. */
  readonly gapCount: number;
  /** Answers that were no playlist, or no part. */
  readonly failureCount: number;
  /** 1 if it was one broadcast all the time. */
  readonly broadcastCount: number;
}

/** Follows a channel's first video rendition as a player does: a held reload, then the part that it brought. */
export class PartWatch implements AsyncDisposable {
  readonly #playlistUrl: string;
  readonly #stop = new AbortController();
  readonly #parts: SeenPart[] = [];
  readonly #known = new Set<string>();
  readonly #playlists = new Set<string>();
  #gapCount = 0;
  #failureCount = 0;
  readonly #done: Promise<void>;

  /** `playlistUrl` is the multivariant playlist's. */
  constructor(playlistUrl: string) {
    this.#playlistUrl = playlistUrl;
    this.#done = this.#run();
  }

  record(): PartWatchRecord {
    return {
      parts: [...this.#parts],
      gapCount: this.#gapCount,
      failureCount: this.#failureCount,
      broadcastCount: this.#playlists.size,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const multivariant = await this.#read(this.#playlistUrl);
      // The sound comes first in ours; a video rendition's line is the last one.
      const uri = multivariant === undefined ? undefined : mediaPlaylistUris(multivariant.text()).at(-1);
      if (uri === undefined) await this.#rest();
      else await this.#follow(new URL(uri, this.#playlistUrl).href);
    }
  }

  /** Until it has ended, or cannot be had any more. */
  async #follow(playlistUrl: string): Promise<void> {
    this.#playlists.add(playlistUrl);
    let reload = '';
    while (!this.#stop.signal.aborted) {
      const answer = await this.#read(playlistUrl + reload);
      if (answer === undefined) return await this.#rest();
      const view = viewMediaPlaylist(answer.text());
      await this.#takeNew(view, playlistUrl);
      if (view.isEnded) return await this.#rest();
      reload = nextReload(view);
    }
  }

  async #takeNew(view: MediaPlaylistView, playlistUrl: string): Promise<void> {
    const isFirst = this.#known.size === 0;
    for (const { uri, endedAtMs, isGap } of partsOf(view)) {
      const url = new URL(uri, playlistUrl).href;
      if (this.#known.has(url)) continue;
      this.#known.add(url);
      // What was there when it came is no news.
      if (isFirst) continue;
      if (isGap) this.#gapCount += 1;
      else if ((await this.#read(url)) !== undefined) this.#parts.push({ receivedAtMs: Date.now(), endedAtMs });
    }
  }

  async #read(url: string): Promise<{ text(): string } | undefined> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
    try {
      const answer = await fetch(url, { signal });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (answer.ok) return { text: () => bytes.toString('utf8') };
    } catch {
      // An answer that did not come counts as one that was none.
    }
    if (!this.#stop.signal.aborted) this.#failureCount += 1;
    return undefined;
  }

  async #rest(): Promise<void> {
    await sleep(AGAIN_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

interface DatedPart {
  readonly uri: string;
  readonly endedAtMs: number;
  readonly isGap: boolean;
}

/** Each part of the playlist with the date of its end. */
function partsOf({ segments }: MediaPlaylistView): DatedPart[] {
  return segments.flatMap(({ programDateTimeMs, parts }: ListedSegment) => {
    let endedAtMs = programDateTimeMs ?? Number.NaN;
    return parts.map(({ uri, durationS, isGap }) => {
      endedAtMs += durationS * 1_000;
      return { uri, endedAtMs, isGap };
    });
  });
}
