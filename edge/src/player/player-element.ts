import playerCss from './player.css?inline';
import { livePlayerMarkup, recordedPlayerMarkup } from './player-markup.ts';
import type { PlayerState, ShownPlayer } from './shown-player.ts';
import type { Snapshot } from './snapshot.ts';
import { StageScreen } from './stage-screen.ts';
import type { Timeline } from './timeline.ts';
import { fetchUsualEngine } from './usual-engine.ts';

const CHANNEL_ID = /^[a-z0-9][a-z0-9-]{1,62}$/;
const BROADCAST_ID = /^[0-9a-z]{16,32}$/;
const CLIP_ID = /^[0-9a-z]{16,32}$/;
/** Three parts of base64url (RFC 7515 §3.1). */
const PLAYBACK_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Those that make another player of it. */
const ATTRIBUTES = ['channel', 'recording', 'clip', 'edge', 'token', 'engine', 'keys'] as const;

/** `sluice-state`: `detail` is what the player does now. */
export interface SluiceStateEvent extends CustomEvent<{ readonly state: PlayerState }> {}

/** What an element's attributes name. */
type Programme =
  | { readonly kind: 'live'; readonly channelId: string }
  | { readonly kind: 'recording' | 'clip'; readonly id: string };

/**
 * `<sluice-player channel="demo">`: plays a channel live, and waits for it when it is not.
 *
 * - `channel`: the channel's id. Or in its stead, for what was:
 * - `recording`: the id of a broadcast that was recorded.
 * - `clip`: the id of a clip.
 * - `edge`: the address of the edge; the one that this module came from, if absent.
 * - `token`: a playback token, for a private channel.
 * - `engine`: `hls` for hls.js over LL-HLS, `native` for the browser's own HLS, in the stead of LL-DASH.
 * - `keys="page"`: shortcuts work wherever the focus is, and not only in the player.
 *
 * It fires `sluice-state` whenever its state changes, and `sluice-load-failed` when a part of it could not be loaded.
 */
export class SluicePlayer extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;
  #shown: ShownPlayer | undefined;
  /** Of what the attributes say now; what began before is another one's. */
  #begun = 0;
  #isPlaced = false;

  connectedCallback(): void {
    this.#isPlaced = true;
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#isPlaced = false;
    this.#end();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#isPlaced) return;
    this.#end();
    this.#begin();
  }

  /** What it is doing. */
  get state(): PlayerState {
    return this.#shown?.state ?? 'asking';
  }

  play(): void {
    this.#shown?.play();
  }

  pause(): void {
    this.#shown?.pause();
  }

  /** To the live edge, and plays; of a recording or a clip to its beginning. */
  goLive(): void {
    this.#shown?.goLive();
  }

  /** To what was shown at a time, in epoch milliseconds. What is not there is not sought: see `timeline`. */
  seekTo(dateMs: number): void {
    this.#shown?.seekTo(dateMs);
  }

  /** What can be sought, and what is shown, in epoch milliseconds; `undefined` while that is not known. */
  timeline(): Timeline | undefined {
    return this.#shown?.timeline;
  }

  /** The list of keyboard shortcuts. */
  toggleHelp(): void {
    this.#shown?.toggleHelp();
  }

  /** Everything that it knows of itself at this moment; `undefined` while it is in no page. */
  stats(): Snapshot | undefined {
    return this.#shown?.snapshot();
  }

  #begin(): void {
    const programme = this.#programme;
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    adoptStyle(root);
    if (programme === undefined) {
      root.replaceChildren(
        '<sluice-player> needs the id of a channel, a recording or a clip: channel="…", recording="…" or clip="…".',
      );
      return;
    }
    root.innerHTML =
      programme.kind === 'live' ? livePlayerMarkup(programme.channelId) : recordedPlayerMarkup(programme.kind);
    void this.#beginShown(root, programme);
  }

  /** What plays a channel and what plays a recording come as they are wanted. */
  async #beginShown(root: ShadowRoot, programme: Programme): Promise<void> {
    const begun = this.#begun;
    try {
      const show = await shownBy(programme, this.#viewOptions(root));
      if (begun === this.#begun) this.#shown = show();
    } catch {
      if (begun !== this.#begun) return;
      const name = programme.kind === 'live' ? programme.channelId : programme.kind;
      new StageScreen(root, { retry: () => undefined, play: () => undefined }).show('unloaded', { name });
      this.#tell('sluice-load-failed', {});
    }
  }

  #viewOptions(root: ShadowRoot): ViewOptions {
    return {
      root,
      baseUrl: this.#baseUrl,
      engine: this.getAttribute('engine'),
      takesAllKeys: this.getAttribute('keys') === 'page',
      onState: (state) => this.#tell('sluice-state', { state }),
      onLoadFailed: () => this.#tell('sluice-load-failed', {}),
    };
  }

  #end(): void {
    this.#begun += 1;
    this.#shown?.close();
    this.#shown = undefined;
  }

  get #programme(): Programme | undefined {
    const clipId = this.getAttribute('clip');
    if (clipId !== null) return CLIP_ID.test(clipId) ? { kind: 'clip', id: clipId } : undefined;
    const broadcastId = this.getAttribute('recording');
    if (broadcastId !== null)
      return BROADCAST_ID.test(broadcastId) ? { kind: 'recording', id: broadcastId } : undefined;
    const channelId = this.getAttribute('channel') ?? '';
    return CHANNEL_ID.test(channelId) ? { kind: 'live', channelId } : undefined;
  }

  get #baseUrl(): URL {
    const edge = this.getAttribute('edge');
    const edgeUrl = edge === null ? new URL(/* @vite-ignore */ '/', import.meta.url) : new URL(edge, document.baseURI);
    const token = this.getAttribute('token');
    return token !== null && PLAYBACK_TOKEN.test(token) ? new URL(`t/${token}/`, edgeUrl) : edgeUrl;
  }

  #tell(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

interface ViewOptions {
  readonly root: ShadowRoot;
  readonly baseUrl: URL;
  readonly engine: string | null;
  readonly takesAllKeys: boolean;
  onState(state: PlayerState): void;
  onLoadFailed(): void;
}

/** Rejects when it could not be loaded; shows it when it is called. */
async function shownBy(programme: Programme, options: ViewOptions): Promise<() => ShownPlayer> {
  if (programme.kind === 'live') {
    // One after the other they would come later; whoever wants it in the end asks for it again, and is told of failures.
    fetchUsualEngine(options.engine);
    const { PlayerView } = await import('./player-view.ts');
    return () => new PlayerView({ ...options, channelId: programme.channelId });
  }
  const { RecordedView } = await import('./recorded-view.ts');
  return () => new RecordedView({ ...options, kind: programme.kind, id: programme.id });
}

/** Through the CSSOM, which no policy of the page around it forbids (CSP 3 §8: style-src is about elements). */
function adoptStyle(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(playerCss);
  root.adoptedStyleSheets = [sheet];
}

declare global {
  interface HTMLElementTagNameMap {
    'sluice-player': SluicePlayer;
  }
}

// Two of these modules, of two versions, may meet in a page.
if (customElements.get('sluice-player') === undefined) customElements.define('sluice-player', SluicePlayer);
