import { type StoryboardTile, slotOf, storyboardTiles, thumbnailUrl, tileAt } from './storyboard.ts';

/** A live storyboard grows every two minutes, and its end is known by thumbnails meanwhile. */
const REFRESH_MS = 30_000;
/** Slots without a thumbnail that are remembered; the oldest are asked for again. */
const ABSENT_MAX = 500;
const TILE_HEIGHT_PX_MAX = 120;

export interface TimePreviewOptions {
  readonly element: HTMLElement;
  /** Absent: there is none. */
  readonly storyboardUrl: string | undefined;
  /** Where its time 0 is, since the broadcast's start; 0, if absent. */
  readonly storyboardFromMs?: number;
  /** Thumbnails are below it. Without a `/` at its end. */
  readonly broadcastUrl: string;
  /** It grows. */
  readonly isLive: boolean;
}

/** The picture of a time on the seek bar: a tile of the storyboard, or a thumbnail where that does not reach. */
export class TimePreview {
  readonly #options: TimePreviewOptions;
  #tiles: readonly StoryboardTile[] = [];
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #isKnown: boolean;
  #absentSlots: readonly number[] = [];
  #shownUrl = '';
  #wantedMs: number | undefined;

  constructor(options: TimePreviewOptions) {
    this.#options = options;
    this.#isKnown = options.storyboardUrl === undefined;
  }

  /** @param timeMs since the broadcast's start. */
  show(timeMs: number): void {
    this.#wantedMs = timeMs;
    void this.#refresh();
    const tile = tileAt(this.#tiles, timeMs - (this.#options.storyboardFromMs ?? 0));
    if (tile !== undefined) this.#showTile(tile);
    // Most times have a tile: which do not is known with the storyboard.
    else if (this.#isKnown) this.#showThumbnail(slotOf(timeMs));
  }

  hide(): void {
    this.#wantedMs = undefined;
    this.#options.element.hidden = true;
  }

  async #refresh(): Promise<void> {
    const { storyboardUrl, isLive } = this.#options;
    const ageMs = performance.now() - this.#loadedAtMs;
    if (storyboardUrl === undefined || ageMs < (isLive ? REFRESH_MS : Number.POSITIVE_INFINITY)) return;
    this.#loadedAtMs = performance.now();
    try {
      const answer = await fetch(storyboardUrl);
      if (answer.ok) this.#tiles = storyboardTiles(await answer.text(), storyboardUrl);
    } catch {
      // Without it there are thumbnails.
    }
    this.#isKnown = true;
    if (this.#wantedMs !== undefined) this.show(this.#wantedMs);
  }

  #showTile({ imageUrl, leftPx, topPx, widthPx, heightPx }: StoryboardTile): void {
    const { element } = this.#options;
    const scale = Math.min(1, TILE_HEIGHT_PX_MAX / heightPx);
    Object.assign(element.style, {
      width: `${widthPx}px`,
      height: `${heightPx}px`,
      backgroundImage: `url("${imageUrl}")`,
      backgroundPosition: `${-leftPx}px ${-topPx}px`,
      backgroundSize: 'auto',
      zoom: String(scale),
    });
    this.#shownUrl = '';
    element.hidden = false;
  }

  /** Shown once it came, when it is still wanted: there is not one of every slot. */
  #showThumbnail(slot: number | undefined): void {
    if (slot === undefined || this.#absentSlots.includes(slot)) {
      this.#shownUrl = '';
      this.#options.element.hidden = true;
      return;
    }
    const url = thumbnailUrl(this.#options.broadcastUrl, slot);
    if (url === this.#shownUrl) return;
    this.#shownUrl = url;
    const image = new Image();
    image.addEventListener('load', () => this.#thumbnailCame(image, url));
    image.addEventListener('error', () => {
      this.#absentSlots = [...this.#absentSlots, slot].slice(-ABSENT_MAX);
      if (this.#shownUrl === url) this.#options.element.hidden = true;
    });
    image.src = url;
  }

  #thumbnailCame({ naturalWidth, naturalHeight }: HTMLImageElement, url: string): void {
    const { element } = this.#options;
    if (this.#shownUrl !== url || this.#wantedMs === undefined) return;
    // As large as the tiles beside it.
    const scale = Math.min(0.5, TILE_HEIGHT_PX_MAX / naturalHeight);
    Object.assign(element.style, {
      width: `${Math.round(naturalWidth * scale)}px`,
      height: `${Math.round(naturalHeight * scale)}px`,
      backgroundImage: `url("${url}")`,
      backgroundPosition: '0 0',
      backgroundSize: 'cover',
      zoom: '1',
    });
    element.hidden = false;
  }
}
