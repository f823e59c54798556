import { elementIn, setText } from './page-elements.ts';
import { RadioMenu } from './radio-menu.ts';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** How fast a recording is played. */
export class SpeedMenu {
  readonly #video: HTMLVideoElement;
  readonly #label: HTMLElement;
  readonly #menu: RadioMenu;

  /** @param signal its end: then it listens to nothing any more. */
  constructor(root: ShadowRoot, video: HTMLVideoElement, signal: AbortSignal) {
    this.#video = video;
    this.#label = elementIn(root, 'speed-now', HTMLElement);
    this.#menu = new RadioMenu({
      root,
      signal,
      buttonId: 'speed',
      menuId: 'speed-menu',
      heading: 'Speed',
      onChoose: (id) => this.#choose(Number(id)),
    });
    this.#choose(1);
  }

  get isOpen(): boolean {
    return this.#menu.isOpen;
  }

  #choose(speed: number): void {
    // Loading sets the one to the other (WHATWG HTML §4.8.11.5).
    this.#video.defaultPlaybackRate = speed;
    this.#video.playbackRate = speed;
    const rows = SPEEDS.map((each) => ({
      id: String(each),
      name: nameOf(each),
      detail: each === 1 ? 'as it was' : '',
    }));
    this.#menu.show(rows, String(speed));
    setText(this.#label, nameOf(speed));
    this.#menu.button.setAttribute('aria-label', `Speed, now ${nameOf(speed)}`);
  }
}

function nameOf(speed: number): string {
  return `${speed}×`;
}
