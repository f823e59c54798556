import { elementIn, setText } from './page-elements.ts';
import type { RecordedState } from './recorded-life.ts';
import { announcement, type ScreenAction, type ScreenFacts, screenWords } from './screen-words.ts';
import type { ViewerState } from './viewer-life.ts';

const ACTION_WORDS: Record<ScreenAction, string> = { retry: 'Try now', reload: 'Reload the page' };

/** Over the picture, or instead of it: what the page is waiting for. */
export class StageScreen {
  readonly #stage: HTMLElement;
  readonly #headline: HTMLElement;
  readonly #detail: HTMLElement;
  readonly #note: HTMLElement;
  readonly #action: HTMLButtonElement;
  readonly #bigPlay: HTMLButtonElement;
  readonly #announcer: HTMLElement;
  #retryAtMs: number | undefined;

  constructor(root: ShadowRoot, on: { retry(): void; play(): void }) {
    this.#stage = elementIn(root, 'stage', HTMLElement);
    this.#headline = elementIn(root, 'screen-headline', HTMLElement);
    this.#detail = elementIn(root, 'screen-detail', HTMLElement);
    this.#note = elementIn(root, 'screen-note', HTMLElement);
    this.#action = elementIn(root, 'screen-action', HTMLButtonElement);
    this.#bigPlay = elementIn(root, 'big-play', HTMLButtonElement);
    this.#announcer = elementIn(root, 'announcer', HTMLElement);
    this.#action.addEventListener('click', () => {
      if (this.#action.dataset.action === 'reload') location.reload();
      else on.retry();
    });
    this.#bigPlay.addEventListener('click', () => on.play());
  }

  show(state: ViewerState | RecordedState, facts: ScreenFacts): void {
    this.#stage.dataset.state = state;
    const words = screenWords(state, facts);
    this.#stage.dataset.words = String(words !== undefined);
    setText(this.#headline, words?.headline ?? '');
    setText(this.#detail, words?.detail ?? '');
    this.#showAction(words?.action);
    this.#bigPlay.hidden = state !== 'blocked' && state !== 'paused' && state !== 'over';
    this.#bigPlay.setAttribute('aria-label', state === 'over' ? 'Play again' : 'Play');
    if (state !== 'unreachable') this.#retryAtMs = undefined;
    this.showNote(state === 'offline' || state === 'ended' ? 'Waiting for the next broadcast' : '');
    const spoken = announcement(state, facts);
    if (spoken !== undefined) setText(this.#announcer, spoken);
  }

  #showAction(action: ScreenAction | undefined): void {
    this.#action.hidden = action === undefined;
    if (action === undefined) return;
    this.#action.dataset.action = action;
    setText(this.#action, ACTION_WORDS[action]);
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
