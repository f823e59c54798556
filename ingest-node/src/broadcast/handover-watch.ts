/** With the looks of both nodes, a waiting backup has the channel within two seconds of its primary's silence. */
const LOOK_MS = 200;

export interface HandoverWatchOptions {
  /** The publisher here sends nothing. */
  isSilent(): boolean;
  /** The backup that waits is to have the channel. May come again as long as it is not closed. */
  onHandover(): void;
}

/** While a backup on another node waits for the channel, the publisher here is watched: who is silent loses it. */
export class HandoverWatch {
  readonly #options: HandoverWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: HandoverWatchOptions) {
    this.#options = options;
  }

  /** Whether a backup waits, as the edge tells with each announcement. */
  onStandby(isThere: boolean): void {
    if (!isThere) this.#forget();
    else if (!this.#isClosed) this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  /** The broadcast ends: there is nothing to be handed over any more. */
  close(): void {
    this.#isClosed = true;
    this.#forget();
  }

  #look(): void {
    if (this.#options.isSilent()) this.#options.onHandover();
  }

  #forget(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
