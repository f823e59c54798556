import { elementIn } from './page-elements.ts';

/** The list of keyboard shortcuts. */
export class HelpDialog {
  readonly #dialog: HTMLDialogElement;

  constructor(root: ShadowRoot) {
    this.#dialog = elementIn(root, 'help', HTMLDialogElement);
    elementIn(root, 'help-close', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    this.#dialog.addEventListener('click', ({ target }) => {
      if (target === this.#dialog) this.#dialog.close();
    });
  }

  toggle(): void {
    if (this.#dialog.open) this.#dialog.close();
    else this.#dialog.showModal();
  }
}
