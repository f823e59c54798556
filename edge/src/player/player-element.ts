import playerCss from './player.css?inline';
import { playerMarkup } from './player-markup.ts';
import { PlayerView } from './player-view.ts';
import type { Snapshot } from './snapshot.ts';
import type { ViewerState } from './viewer-life.ts';

const CHANNEL_ID = /^[a-z0-9][a-z0-9-]{1,62}$/;
/** Three parts of base64url (RFC 7515 §3.1). */
const PLAYBACK_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Those that make another player of it. */
const ATTRIBUTES = ['channel', 'edge', 'token', 'engine', 'keys'] as const;

/** `sluice-state`: `detail` is what the player does now. */
export interface SluiceStateEvent extends CustomEvent<{ readonly state: ViewerState }> {}

/**
 * `<sluice-player channel="demo">`: plays a channel live, and waits for it when it is not.
 *
 * - `channel`: the channel's id.
 * - `edge`: the address of the edge; the one that this module came from, if absent.
 * - `token`: a playback token, for a private channel.
 * - `engine="hls"`: LL-HLS by hls.js in the stead of LL-DASH.
 * - `keys="page"`: shortcuts work wherever the focus is, and not only in the player.
 *
 * It fires `sluice-state` whenever its state changes, and `sluice-load-failed` when a part of it could not be loaded.
 */
export class SluicePlayer extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;
  #view: PlayerView | undefined;

  connectedCallback(): void {
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#end();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before === after || this.#view === undefined) return;
    this.#end();
    this.#begin();
  }

  /** What it is doing. */
  get state(): ViewerState {
    return this.#view?.state ?? 'asking';
  }

  play(): void {
    this.#view?.play();
  }

  pause(): void {
    this.#view?.pause();
  }

  /** To the live edge, and plays. */
  goLive(): void {
    this.#view?.goLive();
  }

  /** The list of keyboard shortcuts. */
  toggleHelp(): void {
    this.#view?.toggleHelp();
  }

  /** Everything that it knows of itself at this moment; `undefined` while it is in no page. */
  stats(): Snapshot | undefined {
    return this.#view?.snapshot();
  }

  #begin(): void {
    const channelId = this.getAttribute('channel') ?? '';
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    adoptStyle(root);
    if (!CHANNEL_ID.test(channelId)) {
      root.replaceChildren('<sluice-player> needs the id of a channel: channel="…".');
      return;
    }
    root.innerHTML = playerMarkup(channelId);
    this.#view = new PlayerView({
      root,
      channelId,
      baseUrl: this.#baseUrl,
      engine: this.getAttribute('engine'),
      takesAllKeys: this.getAttribute('keys') === 'page',
      onState: (state) => this.#tell('sluice-state', { state }),
      onLoadFailed: () => this.#tell('sluice-load-failed', {}),
    });
  }

  #end(): void {
    this.#view?.close();
    this.#view = undefined;
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
