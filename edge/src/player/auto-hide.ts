/** Long enough to read the latency, short enough to be gone before it bothers. */
const IDLE_MS = 2_800;

/** Shows the controls while somebody uses them, and hides them and the pointer over a moving picture. */
export class AutoHide {
  readonly #stage: HTMLElement;
  readonly #mayHide: () => boolean;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stage: HTMLElement, mayHide: () => boolean) {
    this.#stage = stage;
    this.#mayHide = mayHide;
    for (const event of ['pointermove', 'pointerdown', 'focusin', 'keydown']) {
      stage.addEventListener(event, () => this.wake());
    }
    stage.addEventListener('pointerleave', (event) => {
      if (event.pointerType === 'mouse') this.#hide();
    });
    this.wake();
  }

  get isHidden(): boolean {
    return this.#stage.dataset.idle === 'true';
  }

  wake(): void {
    if (this.#isClosed) return;
    this.#stage.dataset.idle = 'false';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), IDLE_MS);
  }

  /** It hides nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#isClosed = true;
  }

  #hide(): void {
    // Somebody who came by keyboard must keep seeing where they are.
    const isFocusSeen = this.#stage.querySelector('.controls :focus-visible') !== null;
    if (this.#mayHide() && !isFocusSeen) this.#stage.dataset.idle = 'true';
    else this.wake();
  }
}
