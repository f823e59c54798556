import type { CaptionsMenu } from './captions-menu.ts';
import type { Snapshot } from './snapshot.ts';
import type { StatsPanel } from './stats-panel.ts';

/** Controls that are for few, and for nobody before there is media: they are loaded after it. */
export class LaterControls {
  #captions: CaptionsMenu | undefined;
  #stats: StatsPanel | undefined;

  /** @param signal its end: then it listens to nothing any more. */
  constructor(root: ShadowRoot, video: HTMLVideoElement, signal: AbortSignal) {
    video.addEventListener('loadeddata', () => void this.#load(root, video, signal), { once: true, signal });
  }

  get isMenuOpen(): boolean {
    return this.#captions?.isOpen ?? false;
  }

  toggleCaptions(): void {
    this.#captions?.toggle();
  }

  toggleStats(): void {
    this.#stats?.toggle();
  }

  show(snapshot: Snapshot): void {
    this.#stats?.show(snapshot);
  }

  async #load(root: ShadowRoot, video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
    try {
      const [{ CaptionsMenu }, { RemotePlaybackButtons }, { StatsPanel }] = await Promise.all([
        import('./captions-menu.ts'),
        import('./remote-playback.ts'),
        import('./stats-panel.ts'),
      ]);
      if (signal.aborted) return;
      this.#captions = new CaptionsMenu(root, video, signal);
      new RemotePlaybackButtons(root, video);
      this.#stats = new StatsPanel(root);
    } catch {
      // Without them everything else works.
    }
  }
}
