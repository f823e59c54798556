import { AUDIO_CHOICE, AUTO_CHOICE, type RenditionChoice } from './engine.ts';
import { elementIn, setText } from './page-elements.ts';
import { RadioMenu } from './radio-menu.ts';
import { renditionDetail, renditionName } from './wording.ts';

const AUTO_ROW = { id: AUTO_CHOICE, name: 'Auto', detail: 'follows your connection' };
const AUDIO_ROW = { id: AUDIO_CHOICE, name: 'Audio only', detail: 'no picture, least data' };

/** The menu of renditions, and the sound alone at its end. */
export class QualityMenu {
  readonly #label: HTMLElement;
  readonly #menu: RadioMenu;
  #renditions: readonly RenditionChoice[] = [];
  #choice = AUTO_CHOICE;

  /** @param signal its end: then it listens to nothing any more. */
  constructor(root: ShadowRoot, signal: AbortSignal, onChoose: (choice: string) => void) {
    this.#label = elementIn(root, 'quality-now', HTMLElement);
    this.#menu = new RadioMenu({
      root,
      signal,
      buttonId: 'quality',
      menuId: 'quality-menu',
      heading: 'Quality',
      onChoose: (choice) => {
        this.#choice = choice;
        onChoose(choice);
      },
    });
    this.setRenditions([], true);
  }

  get isOpen(): boolean {
    return this.#menu.isOpen;
  }

  /** @param hasSound the sound alone is offered only where there is some, or was chosen before. */
  setRenditions(renditions: readonly RenditionChoice[], hasSound: boolean): void {
    this.#renditions = renditions;
    // A choice outlives its broadcast; one that the next broadcast does not have falls back to automatic.
    const isThere = this.#choice === AUDIO_CHOICE || renditions.some(({ id }) => id === this.#choice);
    if (renditions.length > 0 && !isThere) this.#choice = AUTO_CHOICE;
    this.#menu.button.disabled = renditions.length === 0 && this.#choice !== AUDIO_CHOICE;
    if (this.#menu.button.disabled) this.#menu.close({ keepFocus: true });
    const rows = this.#renditions.map((each) => ({
      id: each.id,
      name: renditionName(each),
      detail: renditionDetail(each),
    }));
    const isSoundOffered = hasSound || this.#choice === AUDIO_CHOICE;
    this.#menu.show([AUTO_ROW, ...rows, ...(isSoundOffered ? [AUDIO_ROW] : [])], this.#choice);
  }

  /** The rendition on screen; the button names it. */
  showCurrent(shown: RenditionChoice | undefined): void {
    const isAudioOnly = this.#choice === AUDIO_CHOICE;
    const name = isAudioOnly ? 'Audio' : shown && renditionName(shown);
    setText(this.#label, name ?? 'Auto');
    // What is to be seen on a button is said of it, too (WCAG 2.5.3).
    const spoken = name === undefined ? 'Quality, auto' : `Quality, now ${isAudioOnly ? 'audio only' : name}`;
    const { button } = this.#menu;
    if (button.getAttribute('aria-label') !== spoken) button.setAttribute('aria-label', spoken);
  }
}
