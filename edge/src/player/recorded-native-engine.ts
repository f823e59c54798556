import { AUTO_CHOICE } from './engine.ts';
import { type RecordedEngine, type RecordedEvents, type RecordedSource, recordedUrl } from './recorded-engine.ts';

/** The browser's own HLS, playing a recording; it chooses renditions by itself, and knows EXT-X-START. */
export class RecordedNativeEngine implements RecordedEngine {
  readonly kind = 'native';
  readonly choice = AUTO_CHOICE;
  readonly bandwidthBps = undefined;
  readonly #video: HTMLVideoElement;
  #startS = 0;

  constructor(video: HTMLVideoElement, events: RecordedEvents) {
    this.#video = video;
    video.addEventListener('loadedmetadata', () => {
      if (video.hasAttribute('src') && this.#startS > 0) video.currentTime = this.#startS;
    });
    video.addEventListener('error', () => {
      // Emptying the element fires an error too in some versions; that one is ours.
      if (!video.hasAttribute('src')) return;
      const isDecoder = video.error?.code === MediaError.MEDIA_ERR_DECODE;
      events.onFault(isDecoder ? 'decoder' : 'other', `media error ${video.error?.code ?? 0}`);
    });
  }

  load(source: RecordedSource): void {
    this.#startS = source.startS;
    this.#video.src = recordedUrl(source, 'index.m3u8');
  }

  unload(): void {
    if (!this.#video.hasAttribute('src')) return;
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  choose(): void {
    // There is nothing to choose: the menu shows only "Auto" here.
  }
}
