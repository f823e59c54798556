import { CLOCK_BAND_HEIGHT, readClockRgba } from '../../clock-picture/clock-reader.ts';
import type { PlayerEvent, PlayerEventName, ProbeInPage, ProbeRecord, ShownFrame } from '../probe-record.ts';

/** Runs in the page: watches every <video>, and reads the clock out of each picture that is shown. */

declare global {
  interface Window {
    sluiceProbe?: ProbeInPage;
  }
}

/** Twenty minutes at 30 frames a second; whoever watches longer asks in between. */
const RECORDS_MAX = 36_000;
/** Eight pixels a cell: enough to average over, and cheap to copy. */
const CANVAS = { widthPx: 320, heightPx: 16 } as const;
const EVENT_NAMES: readonly PlayerEventName[] = [
  'playing',
  'waiting',
  'stalled',
  'seeking',
  'pause',
  'emptied',
  'error',
  'ended',
];

class Probe implements ProbeInPage {
  #frames: ShownFrame[] = [];
  #events: PlayerEvent[] = [];
  #lostCount = 0;
  readonly #seen = new WeakSet<HTMLVideoElement>();
  readonly #canvas = new OffscreenCanvas(CANVAS.widthPx, CANVAS.heightPx).getContext('2d', {
    willReadFrequently: true,
    alpha: false,
  });

  take(): ProbeRecord {
    const record = {
      openedAtMs: performance.timeOrigin,
      frames: this.#frames,
      events: this.#events,
      lostCount: this.#lostCount,
    };
    this.#frames = [];
    this.#events = [];
    this.#lostCount = 0;
    return record;
  }

  watch(video: HTMLVideoElement): void {
    if (this.#seen.has(video)) return;
    this.#seen.add(video);
    for (const name of EVENT_NAMES) {
      video.addEventListener(name, () => {
        if (this.#events.length >= RECORDS_MAX) this.#lostCount += 1;
        else
          this.#events.push({ name, atMs: performance.timeOrigin + performance.now(), mediaTimeS: video.currentTime });
      });
    }
    this.#watchFrames(video);
  }

  #watchFrames(video: HTMLVideoElement): void {
    video.requestVideoFrameCallback((_now, metadata) => {
      this.#watchFrames(video);
      if (this.#frames.length >= RECORDS_MAX) {
        this.#lostCount += 1;
        return;
      }
      const reading = this.#readClock(video);
      this.#frames.push({
        shownAtMs: performance.timeOrigin + metadata.expectedDisplayTime,
        ...(reading && { drawnAtMs: reading.wallMs, frameCount: reading.frameCount }),
        mediaTimeS: metadata.mediaTime,
        presentedFrames: metadata.presentedFrames,
        heightPx: metadata.height,
      });
    });
  }

  #readClock(video: HTMLVideoElement) {
    if (this.#canvas === null) return undefined;
    const { widthPx, heightPx } = CANVAS;
    const bandPx = video.videoHeight * CLOCK_BAND_HEIGHT;
    this.#canvas.drawImage(video, 0, 0, video.videoWidth, bandPx, 0, 0, widthPx, heightPx);
    const { data } = this.#canvas.getImageData(0, 0, widthPx, heightPx);
    return readClockRgba({ widthPx, heightPx, pixels: data });
  }
}

const probe = new Probe();
window.sluiceProbe = probe;
const findVideos = (root: Document | ShadowRoot) => {
  for (const video of root.querySelectorAll('video')) probe.watch(video);
};
const observe = (root: Document | ShadowRoot) => {
  new MutationObserver(() => findVideos(root)).observe(root, { childList: true, subtree: true });
  findVideos(root);
};
observe(document);
// The mutations of a shadow tree are told to nobody outside of it.
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (init) {
  const root = attachShadow.call(this, init);
  observe(root);
  return root;
};
