import { captionName, isReadable } from './caption-tracks.ts';
import { RadioMenu } from './radio-menu.ts';

const OFF_ROW = { id: 'off', name: 'Off', detail: '' };

/**
 * The menu of captions, there when the media element has text tracks: all engines put theirs into it, and load the one
 * that shows.
 */
export class CaptionsMenu {
  readonly #tracks: TextTrackList;
  readonly #menu: RadioMenu;

  /** @param signal its end: then it listens to nothing any more. */
  constructor(root: ShadowRoot, video: HTMLVideoElement, signal: AbortSignal) {
    this.#tracks = video.textTracks;
    this.#menu = new RadioMenu({
      root,
      signal,
      buttonId: 'captions',
      menuId: 'captions-menu',
      heading: 'Captions',
      onChoose: (id) => this.#choose(id),
    });
    for (const event of ['addtrack', 'removetrack', 'change']) {
      this.#tracks.addEventListener(event, () => this.#show(), { signal });
    }
    this.#show();
  }

  get isOpen(): boolean {
    return this.#menu.isOpen;
  }

  /** On, in the language that was last shown or else the first one; off, where one is on. */
  toggle(): void {
    const readable = this.#readable;
    const shown = readable.findIndex(({ mode }) => mode === 'showing');
    if (shown >= 0) this.#choose(OFF_ROW.id);
    else if (readable.length > 0) this.#choose(String(this.#lastShown < readable.length ? this.#lastShown : 0));
  }

  #lastShown = 0;

  get #readable(): TextTrack[] {
    return Array.from(this.#tracks).filter(isReadable);
  }

  #choose(id: string): void {
    if (id !== OFF_ROW.id) this.#lastShown = Number(id);
    for (const [index, track] of this.#readable.entries()) track.mode = String(index) === id ? 'showing' : 'disabled';
  }

  #show(): void {
    const readable = this.#readable;
    const { button } = this.#menu;
    button.hidden = readable.length === 0;
    if (button.hidden) this.#menu.close({ keepFocus: true });
    const rows = readable.map((track, index) => ({ id: String(index), name: captionName(track, index), detail: '' }));
    const shown = readable.findIndex(({ mode }) => mode === 'showing');
    button.dataset.on = String(shown >= 0);
    this.#menu.show([OFF_ROW, ...rows], shown < 0 ? OFF_ROW.id : String(shown));
  }
}
