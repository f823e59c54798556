/** How the broadcast looked a moment ago, until its first picture is there. */
export class Poster {
  readonly #video: HTMLVideoElement;
  readonly #stage: HTMLElement;
  readonly #url: string;

  /** @param url of the channel's newest thumbnail. */
  constructor(video: HTMLVideoElement, stage: HTMLElement, url: string) {
    this.#video = video;
    this.#stage = stage;
    this.#url = url;
  }

  /** Shown once it is loaded; without one, all stays as it is. */
  show(): void {
    const image = new Image();
    image.addEventListener('load', () => {
      this.#video.poster = this.#url;
      this.#stage.dataset.poster = 'true';
    });
    image.src = this.#url;
  }

  hide(): void {
    this.#video.removeAttribute('poster');
    delete this.#stage.dataset.poster;
  }
}
