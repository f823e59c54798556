import { elementIn } from './page-elements.ts';

/** One row of a menu, of which one is chosen. */
export interface MenuRow {
  readonly id: string;
  readonly name: string;
  /** The second column. */
  readonly detail: string;
}

export interface RadioMenuOptions {
  readonly root: ShadowRoot;
  /** Its end: then it listens to nothing any more. */
  readonly signal: AbortSignal;
  /** The ids of the button and of what it opens. */
  readonly buttonId: string;
  readonly menuId: string;
  readonly heading: string;
  onChoose(id: string): void;
}

/** A button with a menu of which one row is chosen: WAI-ARIA's menu button pattern, with radio items. */
export class RadioMenu {
  readonly button: HTMLButtonElement;
  readonly #options: RadioMenuOptions;
  readonly #menu: HTMLElement;
  #rows: readonly MenuRow[] = [];
  #chosenId = '';

  constructor(options: RadioMenuOptions) {
    this.#options = options;
    this.button = elementIn(options.root, options.buttonId, HTMLButtonElement);
    this.#menu = elementIn(options.root, options.menuId, HTMLElement);
    this.button.addEventListener('click', () => (this.isOpen ? this.close() : this.#open()));
    this.button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      event.stopPropagation();
      this.#open();
    });
    this.#menu.addEventListener('keydown', (event) => this.#key(event));
    const closeOutside = (event: PointerEvent) => {
      const isInside = event.composedPath().some((each) => each === this.#menu || each === this.button);
      if (!isInside) this.close({ keepFocus: true });
    };
    document.addEventListener('pointerdown', closeOutside, { signal: options.signal });
  }

  get isOpen(): boolean {
    return !this.#menu.hidden;
  }

  show(rows: readonly MenuRow[], chosenId: string): void {
    const isSame = chosenId === this.#chosenId && JSON.stringify(rows) === JSON.stringify(this.#rows);
    if (isSame) return;
    const focusedAt = this.#focusedAt;
    this.#rows = rows;
    this.#chosenId = chosenId;
    this.#menu.replaceChildren(menuHeading(this.#options.heading), ...rows.map((row) => this.#item(row)));
    if (focusedAt >= 0) this.#items()[Math.min(focusedAt, rows.length - 1)]?.focus();
  }

  close(options: { readonly keepFocus?: boolean } = {}): void {
    if (!this.isOpen) return;
    this.#menu.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    if (options.keepFocus !== true) this.button.focus();
  }

  #open(): void {
    if (this.button.disabled) return;
    this.#menu.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    (this.#items().find((item) => item.getAttribute('aria-checked') === 'true') ?? this.#items()[0])?.focus();
  }

  #item({ id, name, detail }: MenuRow): HTMLElement {
    const item = document.createElement('button');
    item.type = 'button';
    item.className = 'menu-item';
    item.tabIndex = -1;
    item.setAttribute('role', 'menuitemradio');
    item.setAttribute('aria-checked', String(id === this.#chosenId));
    item.append(checkMark(), textSpan('menu-name', name), textSpan('menu-detail', detail));
    item.addEventListener('click', () => {
      this.close();
      this.show(this.#rows, id);
      this.#options.onChoose(id);
    });
    return item;
  }

  #items(): HTMLElement[] {
    return [...this.#menu.querySelectorAll<HTMLElement>('.menu-item')];
  }

  get #focusedAt(): number {
    const focused = this.#options.root.activeElement;
    return focused instanceof HTMLElement ? this.#items().indexOf(focused) : -1;
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items();
    const at = this.#focusedAt;
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

function menuHeading(text: string): HTMLElement {
  const heading = textSpan('menu-heading', text);
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
