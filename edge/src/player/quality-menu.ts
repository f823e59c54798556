import { AUTO_CHOICE, type RenditionChoice } from './engine.ts';
import { elementIn, setText } from './page-elements.ts';
import { renditionDetail, renditionName } from './wording.ts';

/** The menu of renditions: WAI-ARIA's menu button pattern, with radio items. */
export class QualityMenu {
  readonly #root: ShadowRoot;
  readonly #button: HTMLButtonElement;
  readonly #label: HTMLElement;
  readonly #menu: HTMLElement;
  readonly #onChoose: (choice: string) => void;
  #renditions: readonly RenditionChoice[] = [];
  #choice = AUTO_CHOICE;

  /** @param signal its end: then it listens to nothing any more. */
  constructor(root: ShadowRoot, signal: AbortSignal, onChoose: (choice: string) => void) {
    this.#root = root;
    this.#button = elementIn(root, 'quality', HTMLButtonElement);
    this.#label = elementIn(root, 'quality-now', HTMLElement);
    this.#menu = elementIn(root, 'quality-menu', HTMLElement);
    this.#onChoose = onChoose;
    this.#button.addEventListener('click', () => (this.isOpen ? this.close() : this.#open()));
    this.#button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      event.stopPropagation();
      this.#open();
    });
    this.#menu.addEventListener('keydown', (event) => this.#key(event));
    const closeOutside = (event: PointerEvent) => {
      const isInside = event.composedPath().some((each) => each === this.#menu || each === this.#button);
      if (!isInside) this.close({ keepFocus: true });
    };
    document.addEventListener('pointerdown', closeOutside, { signal });
    this.setRenditions([]);
  }

  get isOpen(): boolean {
    return !this.#menu.hidden;
  }

  setRenditions(renditions: readonly RenditionChoice[]): void {
    this.#renditions = renditions;
    // A choice outlives its broadcast; one that the next broadcast does not have falls back to automatic.
    if (renditions.length > 0 && !renditions.some(({ id }) => id === this.#choice)) this.#choice = AUTO_CHOICE;
    this.#button.disabled = renditions.length === 0;
    if (renditions.length === 0) this.close({ keepFocus: true });
    this.#fill();
  }

  /** The rendition on screen; the button names it. */
  showCurrent(shown: RenditionChoice | undefined): void {
    setText(this.#label, shown === undefined ? 'Auto' : renditionName(shown));
    const spoken = shown === undefined ? 'Quality' : `Quality, now ${renditionName(shown)}`;
    if (this.#button.getAttribute('aria-label') !== spoken) this.#button.setAttribute('aria-label', spoken);
  }

  close(options: { readonly keepFocus?: boolean } = {}): void {
    if (!this.isOpen) return;
    this.#menu.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    if (options.keepFocus !== true) this.#button.focus();
  }

  #open(): void {
    if (this.#button.disabled) return;
    this.#menu.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    (this.#items().find((item) => item.getAttribute('aria-checked') === 'true') ?? this.#items()[0])?.focus();
  }

  #fill(): void {
    const rows = this.#renditions.map((rendition) =>
      this.#item(rendition.id, renditionName(rendition), renditionDetail(rendition)),
    );
    this.#menu.replaceChildren(menuHeading(), this.#item(AUTO_CHOICE, 'Auto', 'follows your connection'), ...rows);
  }

  #item(choice: string, name: string, detail: string): HTMLElement {
    const item = document.createElement('button');
    item.type = 'button';
    item.className = 'menu-item';
    item.tabIndex = -1;
    item.setAttribute('role', 'menuitemradio');
    item.setAttribute('aria-checked', String(choice === this.#choice));
    item.append(checkMark(), textSpan('menu-name', name), textSpan('menu-detail', detail));
    item.addEventListener('click', () => {
      this.#choice = choice;
      this.#onChoose(choice);
      this.close();
      this.#fill();
    });
    return item;
  }

  #items(): HTMLElement[] {
    return [...this.#menu.querySelectorAll<HTMLElement>('.menu-item')];
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items();
    const focused = this.#root.activeElement;
    const at = focused instanceof HTMLElement ? items.indexOf(focused) : -1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      items[(to + items.length) % items.length]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function menuHeading(): HTMLElement {
  const heading = textSpan('menu-heading', 'Quality');
  heading.setAttribute('role', 'presentation');
  return heading;
}

function textSpan(className: string, text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}

function checkMark(): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', '#i-check');
  svg.append(use);
  return svg;
}
