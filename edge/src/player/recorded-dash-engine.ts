import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import { AUTO_CHOICE, type RenditionChoice } from './engine.ts';
import { type RecordedEngine, type RecordedEvents, type RecordedSource, recordedUrl } from './recorded-engine.ts';
import { detailOf, errorOf, faultOf, isHopeless } from './shaka-faults.ts';

/** So much of the present rendition is played on after another one was chosen: what plays is not cut. */
const KEPT_S = 3;
const RETRY_S = 1;

const CONFIG = {
  streaming: { bufferingGoal: 30, bufferBehind: 60, rebufferingGoal: 1 },
  // Whoever opens a recording waits for it once: a middle rendition, and from there what the line carries.
  abr: { defaultBandwidthEstimate: 4_000_000, restrictToElementSize: true },
};

/** Shaka as it comes, playing the MPD of a recording: there is no live edge, and its own choice of renditions will do. */
export class RecordedDashEngine implements RecordedEngine {
  readonly kind = 'shaka';
  readonly #video: HTMLVideoElement;
  readonly #events: RecordedEvents;
  #player: shaka.Player | undefined;
  /** Shaka lets go of the media element in its own time. */
  #isFree: Promise<unknown> = Promise.resolve();
  #choice = AUTO_CHOICE;

  constructor(video: HTMLVideoElement, events: RecordedEvents) {
    this.#video = video;
    this.#events = events;
    video.addEventListener('resize', () => this.#shown());
  }

  static get isSupported(): boolean {
    return shaka.Player.isBrowserSupported();
  }

  load(source: RecordedSource): void {
    this.unload();
    const player = new shaka.Player();
    this.#player = player;
    player.configure(CONFIG);
    player.configure('streaming.failureCallback', (error: shaka.util.Error) => {
      if (error.category === shaka.util.Error.Category.NETWORK) player.retryStreaming(RETRY_S);
    });
    player.addEventListener('error', (event) => this.#failed(errorOf(event)));
    player.addEventListener('trackschanged', () => this.#tracksChanged(player));
    void this.#open(player, source);
  }

  unload(): void {
    const player = this.#player;
    this.#player = undefined;
    if (player !== undefined) this.#isFree = player.destroy().catch(() => undefined);
  }

  get choice(): string {
    return this.#choice;
  }

  choose(choice: string): void {
    this.#choice = choice;
    if (this.#player !== undefined) this.#apply(this.#player);
  }

  get bandwidthBps(): number | undefined {
    return this.#player?.getStats().estimatedBandwidth || undefined;
  }

  async #open(player: shaka.Player, source: RecordedSource): Promise<void> {
    await this.#isFree;
    if (this.#player !== player) return;
    try {
      await player.attach(this.#video);
      await player.load(recordedUrl(source, 'manifest.mpd'), source.startS);
    } catch (error) {
      if (this.#player === player) this.#failedToOpen(error);
    }
  }

  #failedToOpen(error: unknown): void {
    if (!(error instanceof shaka.util.Error)) this.#events.onFault('source', String(error));
    else this.#events.onFault(faultOf(error) === 'codec' ? 'codec' : 'source', detailOf(error));
  }

  #tracksChanged(player: shaka.Player): void {
    if (this.#player !== player) return;
    const tracks = player.getVariantTracks();
    const renditions = tracks.map(renditionOf);
    const best = renditions.toSorted((a, b) => b.bitrateBps - a.bitrateBps);
    if (!best.some(({ id }) => id === this.#choice)) this.#choice = AUTO_CHOICE;
    this.#apply(player);
    this.#events.onRenditions(
      best,
      tracks.some(({ audioId }) => audioId !== null),
    );
    this.#shown();
  }

  #apply(player: shaka.Player): void {
    const chosen = player.getVariantTracks().find((track) => renditionOf(track).id === this.#choice);
    player.configure('abr.enabled', chosen === undefined);
    if (chosen !== undefined && !chosen.active) player.selectVariantTrack(chosen, true, KEPT_S);
  }

  #shown(): void {
    const active = this.#player?.getVariantTracks().find(({ height }) => height === this.#video.videoHeight);
    if (active !== undefined) this.#events.onRenditionShown(renditionOf(active).id);
  }

  #failed(error: shaka.util.Error): void {
    const isOver = error.severity === shaka.util.Error.Severity.CRITICAL;
    const isOfNetwork = error.category === shaka.util.Error.Category.NETWORK;
    if (isHopeless(error)) this.#events.onFault('source', detailOf(error));
    else if (!isOver || isOfNetwork) this.#events.onHiccup(detailOf(error));
    else this.#events.onFault(faultOf(error), detailOf(error));
  }
}

function renditionOf(track: shaka.extern.Track): RenditionChoice {
  const { originalVideoId, originalAudioId, width, height, frameRate, videoBandwidth, bandwidth } = track;
  return {
    id: originalVideoId ?? originalAudioId ?? '',
    widthPx: width ?? 0,
    heightPx: height ?? 0,
    fps: frameRate ?? undefined,
    bitrateBps: videoBandwidth ?? bandwidth,
  };
}
