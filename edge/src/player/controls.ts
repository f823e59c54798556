import { elementIn } from './page-elements.ts';
import { rememberedVolume, rememberVolume } from './volume-memory.ts';

const VOLUME_STEP = 0.05;

export interface ControlsActions {
  play(): void;
  pause(): void;
}

export interface ControlsReading {
  /** There is something in the player. */
  readonly hasMedia: boolean;
}

/** The bar of controls. The media element is the truth: the bar shows what it says, however it came about. */
export class Controls {
  readonly #root: ShadowRoot;
  readonly #video: HTMLVideoElement;
  readonly #stage: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #mute: HTMLButtonElement;
  readonly #unmute: HTMLButtonElement;
  readonly #volume: HTMLInputElement;
  readonly #pip: HTMLButtonElement;
  readonly #fullscreen: HTMLButtonElement;
  readonly #actions: ControlsActions;
  /** The prompt goes for good once the viewer has said anything about sound. */
  #isSoundDecided = false;

  /** @param signal its end: then it listens to nothing any more. */
  constructor(root: ShadowRoot, signal: AbortSignal, actions: ControlsActions) {
    this.#root = root;
    this.#actions = actions;
    this.#video = elementIn(root, 'video', HTMLVideoElement);
    this.#stage = elementIn(root, 'stage', HTMLElement);
    this.#play = elementIn(root, 'play', HTMLButtonElement);
    this.#mute = elementIn(root, 'mute', HTMLButtonElement);
    this.#unmute = elementIn(root, 'unmute', HTMLButtonElement);
    this.#volume = elementIn(root, 'volume', HTMLInputElement);
    this.#pip = elementIn(root, 'pip', HTMLButtonElement);
    this.#fullscreen = elementIn(root, 'fullscreen', HTMLButtonElement);
    this.#video.volume = rememberedVolume();
    this.#play.addEventListener('click', () => this.togglePlay());
    this.#mute.addEventListener('click', () => this.toggleMute());
    this.#unmute.addEventListener('click', () => this.toggleMute());
    this.#volume.addEventListener('input', () => this.#setVolume(this.#volume.valueAsNumber / 100));
    this.#pip.addEventListener('click', () => this.togglePip());
    this.#fullscreen.addEventListener('click', () => this.toggleFullscreen());
    for (const event of ['play', 'pause', 'emptied', 'volumechange', 'playing']) {
      this.#video.addEventListener(event, () => this.#showMedia());
    }
    document.addEventListener('fullscreenchange', () => this.#showFullscreen(), { signal });
    this.#pip.hidden = !document.pictureInPictureEnabled;
    this.#showMedia();
  }

  togglePlay(): void {
    if (this.#video.paused) this.#actions.play();
    else this.#actions.pause();
  }

  toggleMute(): void {
    this.#isSoundDecided = true;
    const isSilent = this.#video.muted || this.#video.volume === 0;
    if (isSilent && this.#video.volume === 0) this.#video.volume = 0.5;
    this.#video.muted = !isSilent;
  }

  changeVolume(direction: 1 | -1): void {
    this.#setVolume((this.#video.muted ? 0 : this.#video.volume) + direction * VOLUME_STEP);
  }

  togglePip(): void {
    // Refused before there is metadata; nothing to tell, the window just does not open.
    if (this.#root.pictureInPictureElement !== null) document.exitPictureInPicture().catch(() => undefined);
    else if (document.pictureInPictureEnabled) this.#video.requestPictureInPicture().catch(() => undefined);
  }

  toggleFullscreen(): void {
    if (this.#root.fullscreenElement !== null) {
      document.exitFullscreen().catch(() => undefined);
    } else if (document.fullscreenEnabled) {
      this.#stage.requestFullscreen({ navigationUI: 'hide' }).catch(() => undefined);
    } else {
      enterIphoneFullscreen(this.#video);
    }
  }

  show({ hasMedia }: ControlsReading): void {
    this.#play.disabled = !hasMedia;
    this.#pip.disabled = !hasMedia;
    this.#unmute.hidden = this.#isSoundDecided || !hasMedia || !this.#video.muted || this.#video.paused;
  }

  #setVolume(volume: number): void {
    this.#isSoundDecided = true;
    const level = Math.round(Math.min(1, Math.max(0, volume)) * 100) / 100;
    this.#video.volume = level;
    this.#video.muted = level === 0;
    rememberVolume(level);
  }

  #showMedia(): void {
    const isPlaying = !this.#video.paused;
    this.#play.dataset.on = String(isPlaying);
    this.#play.setAttribute('aria-label', isPlaying ? 'Pause' : 'Play');
    const isAudible = !this.#video.muted && this.#video.volume > 0;
    this.#mute.dataset.on = String(isAudible);
    this.#mute.setAttribute('aria-label', isAudible ? 'Mute' : 'Unmute');
    const percent = this.#video.muted ? 0 : Math.round(this.#video.volume * 100);
    this.#volume.value = String(percent);
    this.#volume.setAttribute('aria-valuetext', percent === 0 ? 'muted' : `${percent} percent`);
    this.#volume.style.setProperty('--level', `${percent}%`);
  }

  #showFullscreen(): void {
    const isFull = this.#root.fullscreenElement !== null;
    this.#fullscreen.dataset.on = String(isFull);
    this.#fullscreen.setAttribute('aria-label', isFull ? 'Leave full screen' : 'Full screen');
  }
}

/** iPhones give full screen to the video element alone, under a name of their own. */
function enterIphoneFullscreen(video: HTMLVideoElement & { webkitEnterFullscreen?: unknown }): void {
  if (typeof video.webkitEnterFullscreen === 'function') video.webkitEnterFullscreen();
}
