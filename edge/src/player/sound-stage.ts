import { elementIn } from './page-elements.ts';

/** What is shown where there is sound and no picture: how it looked, out of focus, and that there is none. */
export class SoundStage {
  readonly #element: HTMLElement;
  readonly #imageUrl: () => string | undefined;

  constructor(root: ShadowRoot, imageUrl: () => string | undefined) {
    this.#element = elementIn(root, 'sound', HTMLElement);
    this.#imageUrl = imageUrl;
  }

  show(isAudioOnly: boolean): void {
    if (this.#element.hidden !== isAudioOnly) return;
    this.#element.hidden = !isAudioOnly;
    const url = isAudioOnly ? this.#imageUrl() : undefined;
    this.#element.style.setProperty('--picture', url === undefined ? 'none' : `url("${url}")`);
  }
}
