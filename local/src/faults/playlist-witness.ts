import { setTimeout as sleep } from 'node:timers/promises';
import { mediaPlaylistUris } from '../capture/playlist-view.ts';
import { broadcastIdOf, playlistSigns } from './playlist-signs.ts';

/** Often enough to see every segment, and of no weight beside two players. */
const LOOK_EVERY_MS = 500;
/** The edge holds a plain request no longer than this. */
const ANSWER_MS_MAX = 10_000;

/** A media playlist that showed something it had not shown before. */
export interface WitnessedPlaylist {
  readonly atMs: number;
  readonly url: string;
  readonly news: readonly string[];
  readonly text: string;
}

/** Reads all playlists of a channel over and over, and keeps what they showed of things that went wrong. */
export class PlaylistWitness implements AsyncDisposable {
  readonly #playlistUrl: string;
  readonly #stop = new AbortController();
  readonly #broadcastIds = new Set<string>();
  readonly #known = new Set<string>();
  /** Media playlists that have not ended, of past broadcasts too. */
  readonly #urls = new Set<string>();
  readonly #statuses = new Map<number, number>();
  readonly #kept: WitnessedPlaylist[] = [];
  readonly #done: Promise<void>;

  constructor(playlistUrl: string) {
    this.#playlistUrl = playlistUrl;
    this.#done = this.#run();
  }

  /** In the order in which they were first seen. */
  get broadcastIds(): readonly string[] {
    return [...this.#broadcastIds];
  }

  /** Each playlist that showed something new. */
  get kept(): readonly WitnessedPlaylist[] {
    return this.#kept;
  }

  /** How many different things of a kind were seen: `gap part`, `gap segment`, `discontinuity`, `map`, `end`. */
  count(kind: string): number {
    return [...this.#known].filter((news) => news.startsWith(`${kind} `)).length;
  }

  /** Answers that were no playlist, by status; 0 is no answer at all. */
  get failures(): ReadonlyMap<number, number> {
    return this.#statuses;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#look();
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const multivariant = await this.#read(this.#playlistUrl);
    if (multivariant !== undefined) {
      const broadcastId = broadcastIdOf(multivariant);
      if (broadcastId !== undefined) this.#broadcastIds.add(broadcastId);
      for (const uri of mediaPlaylistUris(multivariant)) this.#urls.add(new URL(uri, this.#playlistUrl).href);
    }
    await Promise.all([...this.#urls].map((url) => this.#lookAt(url)));
  }

  async #lookAt(url: string): Promise<void> {
    const text = await this.#read(url);
    if (text === undefined) return;
    const signs = playlistSigns(text);
    if (signs.isEnded) this.#urls.delete(url);
    const place = new URL('.', url).href;
    const told = (kind: string, uris: readonly string[]) =>
      uris.map((uri) => `${kind} ${new URL(uri, place).pathname}`);
    const all = [
      ...told('gap segment', signs.gapSegments),
      ...told('gap part', signs.gapParts),
      ...told('discontinuity', signs.discontinuities),
      ...told('map', signs.maps),
      ...(signs.isEnded ? [`end ${new URL(url).pathname}`] : []),
    ];
    const news = all.filter((each) => !this.#known.has(each));
    for (const each of news) this.#known.add(each);
    if (news.length > 0) this.#kept.push({ atMs: Date.now(), url, news, text });
  }

  async #read(url: string): Promise<string | undefined> {
    let status = 0;
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
      const answer = await fetch(url, { signal });
      const text = await answer.text();
      if (answer.ok) return text;
      ({ status } = answer);
    } catch {
      // An edge that is away is what some faults are about.
    }
    if (!this.#stop.signal.aborted) this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    return undefined;
  }
}
