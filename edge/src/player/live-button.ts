import { elementIn, setText } from './page-elements.ts';
import type { Timeline } from './timeline.ts';
import { behind, behindLive, seconds } from './wording.ts';

/** Closer than this to what is live, the latency says more than how far behind it is. */
const BEHIND_MS_MIN = 1_500;

export interface LiveReading {
  readonly isLive: boolean;
  readonly latencyMs: number | undefined;
  readonly timeline: Timeline | undefined;
  /** There is a broadcast in the player. */
  readonly hasBroadcast: boolean;
}

/** Whether this is live, and the way back to it; beside it how late, or how far behind. */
export class LiveButton {
  readonly #button: HTMLButtonElement;
  readonly #latency: HTMLElement;

  constructor(root: ShadowRoot, goLive: () => void) {
    this.#button = elementIn(root, 'live', HTMLButtonElement);
    this.#latency = elementIn(root, 'latency', HTMLElement);
    this.#button.addEventListener('click', goLive);
  }

  show({ isLive, latencyMs, timeline, hasBroadcast }: LiveReading): void {
    const behindMs = timeline === undefined || isLive ? 0 : timeline.liveMs - timeline.playingMs;
    const isBehind = behindMs >= BEHIND_MS_MIN;
    this.#button.dataset.live = String(isLive);
    this.#button.disabled = !hasBroadcast;
    const where = isBehind ? `Go to live, now ${behindLive(behindMs)}` : 'Go to live';
    const label = isLive ? 'Live: you are at the live edge' : where;
    if (this.#button.getAttribute('aria-label') !== label) this.#button.setAttribute('aria-label', label);
    const late = isBehind ? behind(behindMs) : seconds(latencyMs);
    setText(this.#latency, hasBroadcast && latencyMs !== undefined ? late : '');
  }
}
