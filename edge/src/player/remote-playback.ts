import { elementIn } from './page-elements.ts';

/** What a browser says of playing somewhere else; `undefined` where it has no word for it. */
export interface RemoteOffer {
  /** Of AirPlay: `webkitplaybacktargetavailabilitychanged`. */
  readonly airPlay: 'available' | 'not-available' | undefined;
  /** Of the Remote Playback API, for what the media element plays just now. */
  readonly isCastAvailable: boolean | undefined;
}

/**
 * Which buttons are there: AirPlay's own where Safari has found a device, and the other one where a browser has found one
 * for what plays. Both would open the same list in a Safari that has both. Pure.
 */
export function remoteButtons({ airPlay, isCastAvailable }: RemoteOffer): { airPlay: boolean; cast: boolean } {
  if (airPlay !== undefined) return { airPlay: airPlay === 'available', cast: false };
  return { airPlay: false, cast: isCastAvailable === true };
}

/** The buttons that send the picture to another device. */
export class RemotePlaybackButtons {
  readonly #video: WebKitVideo;
  readonly #airPlayButton: HTMLButtonElement;
  readonly #castButton: HTMLButtonElement;
  #offer: RemoteOffer = { airPlay: undefined, isCastAvailable: undefined };

  constructor(root: ShadowRoot, video: HTMLVideoElement) {
    this.#video = video;
    this.#airPlayButton = elementIn(root, 'airplay', HTMLButtonElement);
    this.#castButton = elementIn(root, 'cast', HTMLButtonElement);
    this.#airPlayButton.addEventListener('click', () => this.#pickTarget());
    this.#castButton.addEventListener('click', () => this.#prompt());
    this.#watchAirPlay();
    void this.#watchCast();
  }

  #watchAirPlay(): void {
    if (!('WebKitPlaybackTargetAvailabilityEvent' in window)) return;
    this.#hear({ airPlay: 'not-available' });
    this.#video.addEventListener(
      'webkitplaybacktargetavailabilitychanged',
      (event: Event & { availability?: unknown }) =>
        this.#hear({ airPlay: event.availability === 'available' ? 'available' : 'not-available' }),
    );
  }

  async #watchCast(): Promise<void> {
    if (!('remote' in this.#video)) return;
    try {
      await this.#video.remote.watchAvailability((isCastAvailable) => this.#hear({ isCastAvailable }));
    } catch {
      // Remote Playback §6.2.1.4: a browser that does not look for devices all the time says so, and finds none for us.
    }
  }

  #hear(news: Partial<RemoteOffer>): void {
    this.#offer = { ...this.#offer, ...news };
    const shown = remoteButtons(this.#offer);
    this.#airPlayButton.hidden = !shown.airPlay;
    this.#castButton.hidden = !shown.cast;
  }

  #pickTarget(): void {
    if (typeof this.#video.webkitShowPlaybackTargetPicker === 'function') this.#video.webkitShowPlaybackTargetPicker();
  }

  #prompt(): void {
    // Refused when the viewer closes the list: nothing is to be told.
    this.#video.remote.prompt().catch(() => undefined);
  }
}

/** Safari's own. */
type WebKitVideo = HTMLVideoElement & { webkitShowPlaybackTargetPicker?: unknown };
