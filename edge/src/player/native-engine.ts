import { AUTO_CHOICE, type Engine, type EngineEvents, type EngineSource, indexUrl } from './engine.ts';

const HLS_TYPE = 'application/vnd.apple.mpegurl';

/** The browser's own HLS, for iPhones without MediaSource. It chooses renditions and keeps the distance by itself. */
export class NativeEngine implements Engine {
  readonly kind = 'native';
  readonly isRateOurs = false;
  readonly choice = AUTO_CHOICE;
  readonly bandwidthBps = undefined;
  readonly #video: HTMLVideoElement;

  constructor(video: HTMLVideoElement, events: EngineEvents) {
    this.#video = video;
    video.addEventListener('error', () => {
      // Emptying the element fires an error too in some versions; that one is ours.
      if (!video.hasAttribute('src')) return;
      // The element is empty after any error: whatever it was, only a new load helps.
      const isDecoder = video.error?.code === MediaError.MEDIA_ERR_DECODE;
      events.onFault(
        isDecoder ? 'decoder' : 'other',
        `media error ${video.error?.code ?? 0} ${video.error?.message ?? ''}`,
      );
    });
    video.addEventListener('ended', () => events.onNoMoreMedia());
  }

  static isSupportedBy(video: HTMLVideoElement): boolean {
    return video.canPlayType(HLS_TYPE) !== '';
  }

  load(source: EngineSource): void {
    // This begins the load by itself; load() after it would begin, and break off, a second one.
    this.#video.src = indexUrl(source);
  }

  unload(): void {
    if (!this.#video.hasAttribute('src')) return;
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  restartLoad(): void {
    this.#video.load();
  }

  recoverMedia(): void {
    this.#video.load();
  }

  choose(): void {
    // There is nothing to choose: the menu shows only "Auto" here.
  }

  get playingDateMs(): number | undefined {
    return this.dateMsAt(this.#video.currentTime);
  }

  dateMsAt(positionS: number): number | undefined {
    const startMs = this.#startMs;
    return startMs === undefined ? undefined : startMs + positionS * 1_000;
  }

  positionSAt(dateMs: number): number | undefined {
    const startMs = this.#startMs;
    return startMs === undefined ? undefined : (dateMs - startMs) / 1_000;
  }

  get seekableStartS(): number | undefined {
    const { seekable } = this.#video;
    return seekable.length === 0 ? undefined : seekable.start(0);
  }

  get seekableEndS(): number | undefined {
    const { seekable } = this.#video;
    return seekable.length === 0 ? undefined : seekable.end(seekable.length - 1);
  }

  /** Safari's HLSMediaElement extension: the PROGRAM-DATE-TIME of position 0. */
  get #startMs(): number | undefined {
    const startMs = 'getStartDate' in this.#video ? startDateMs(this.#video) : Number.NaN;
    return Number.isFinite(startMs) ? startMs : undefined;
  }
}

function startDateMs(video: HTMLVideoElement & { getStartDate?: unknown }): number {
  const date: unknown = typeof video.getStartDate === 'function' ? video.getStartDate() : undefined;
  return date instanceof Date ? date.getTime() : Number.NaN;
}
