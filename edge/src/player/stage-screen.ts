import { elementIn, setText } from './page-elements.ts';
import type { ViewerState } from './viewer-life.ts';
import { announcement, screenWords } from './wording.ts';

/** Over the picture, or instead of it: what the page is waiting for. */
export class StageScreen {
  readonly #stage: HTMLElement;
  readonly #headline: HTMLElement;
  readonly #detail: HTMLElement;
  readonly #note: HTMLElement;
  readonly #retry: HTMLButtonElement;
  readonly #bigPlay: HTMLButtonElement;
  readonly #announcer: HTMLElement;
  readonly #channelId: string;
  #retryAtMs: number | undefined;

  constructor(root: ShadowRoot, channelId: string, on: { retry(): void; play(): void }) {
    this.#stage = elementIn(root, 'stage', HTMLElement);
    this.#headline = elementIn(root, 'screen-headline', HTMLElement);
    this.#detail = elementIn(root, 'screen-detail', HTMLElement);
    this.#note = elementIn(root, 'screen-note', HTMLElement);
    this.#retry = elementIn(root, 'screen-retry', HTMLButtonElement);
    this.#bigPlay = elementIn(root, 'big-play', HTMLButtonElement);
    this.#announcer = elementIn(root, 'announcer', HTMLElement);
    this.#channelId = channelId;
    this.#retry.addEventListener('click', () => on.retry());
    this.#bigPlay.addEventListener('click', () => on.play());
  }

  /** @param refusal see screenWords. */
  show(state: ViewerState, refusal?: string): void {
    this.#stage.dataset.state = state;
    const words = screenWords(state, this.#channelId, refusal);
    setText(this.#headline, words?.headline ?? '');
    setText(this.#detail, words?.detail ?? '');
    this.#bigPlay.hidden = state !== 'blocked' && state !== 'paused';
    this.#retry.hidden = state !== 'unreachable';
    if (state !== 'unreachable') this.#retryAtMs = undefined;
    this.showNote(state === 'offline' || state === 'ended' ? 'Waiting for the next broadcast' : '');
    const spoken = announcement(state, this.#channelId, refusal);
    if (spoken !== undefined) setText(this.#announcer, spoken);
  }

  showNote(note: string): void {
    setText(this.#note, note);
  }

  /** Counts down to the next try, on the clock of `performance.now()`. */
  retryAt(atMs: number): void {
    this.#retryAtMs = atMs;
    this.countDown();
  }

  countDown(): void {
    if (this.#retryAtMs === undefined) return;
    const leftS = Math.ceil((this.#retryAtMs - performance.now()) / 1000);
    this.showNote(leftS > 0 ? `Trying again in ${leftS} s` : 'Trying again');
  }
}
