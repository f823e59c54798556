import Hls, { type ErrorData, ErrorTypes, Events } from 'hls.js';
import { AUTO_CHOICE } from './engine.ts';
import { faultOf, renditionOf } from './hls-engine.ts';
import { type RecordedEngine, type RecordedEvents, type RecordedSource, recordedUrl } from './recorded-engine.ts';

/** hls.js as it comes, playing the playlists of a recording. */
export class RecordedHlsEngine implements RecordedEngine {
  readonly kind = 'hls.js';
  readonly #video: HTMLVideoElement;
  readonly #events: RecordedEvents;
  #hls: Hls | undefined;
  #choice = AUTO_CHOICE;

  constructor(video: HTMLVideoElement, events: RecordedEvents) {
    this.#video = video;
    this.#events = events;
  }

  load(source: RecordedSource): void {
    this.unload();
    // What EXT-X-START says it knows by itself, and would heed it after a change of source as well.
    const hls = new Hls({ enableWorker: false, capLevelToPlayerSize: true, startPosition: source.startS });
    this.#hls = hls;
    hls.on(Events.MANIFEST_PARSED, (_, { levels, audio, audioTracks }) => {
      this.#apply(hls);
      const best = levels.map(renditionOf).toSorted((a, b) => b.bitrateBps - a.bitrateBps);
      this.#events.onRenditions(best, audio || audioTracks.length > 0);
    });
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      const shown = hls.levels[level];
      if (shown !== undefined) this.#events.onRenditionShown(renditionOf(shown).id);
    });
    hls.on(Events.ERROR, (_, error) => this.#failed(hls, error));
    hls.attachMedia(this.#video);
    hls.loadSource(recordedUrl(source, 'index.m3u8'));
  }

  unload(): void {
    this.#hls?.destroy();
    this.#hls = undefined;
  }

  get choice(): string {
    return this.#choice;
  }

  choose(choice: string): void {
    this.#choice = choice;
    if (this.#hls !== undefined) this.#apply(this.#hls);
  }

  get bandwidthBps(): number | undefined {
    return this.#hls?.bandwidthEstimate || undefined;
  }

  #apply(hls: Hls): void {
    const index = hls.levels.findIndex((level) => renditionOf(level).id === this.#choice);
    if (index === -1) this.#choice = AUTO_CHOICE;
    // -1 is hls.js's "auto".
    hls.nextLevel = index;
  }

  #failed(hls: Hls, error: ErrorData): void {
    if (!error.fatal) this.#events.onHiccup(error.details);
    else if (error.type === ErrorTypes.MEDIA_ERROR && faultOf(error) === 'media') hls.recoverMediaError();
    else this.#events.onFault(faultOf(error), error.details);
  }
}
