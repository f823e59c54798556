import type { BroadcastDescription } from '@sluice/contracts';
import type { DateRanges } from '../window/date-ranges.ts';
import type { LiveWindow } from '../window/live-window.ts';
import type { PlaylistTiming } from '../window/playlist-timing.ts';
import type { Presentation, RenditionView } from '../window/rendition-view.ts';
import type { RenditionWindow } from '../window/rendition-window.ts';
import { type ListedId, MuxedId } from './muxed-id.ts';
import { MuxedWindow } from './muxed-window.ts';

/** A broadcast's pictures, each with each of its sounds: the renditions between which a player of muxed ones changes. */
export class MuxedPresentation implements Presentation {
  readonly renditions: ReadonlyMap<MuxedId, MuxedWindow>;
  readonly #window: LiveWindow;
  #followed: number | undefined;

  constructor(window: LiveWindow) {
    this.#window = window;
    const all = [...window.renditions.values()];
    const ofKind = (kind: RenditionWindow['rendition']['kind']) =>
      all.filter(({ rendition }) => rendition.kind === kind);
    const audios = ofKind('audio');
    const { grid } = window.timing;
    const muxed = ofKind('video').flatMap((video) => audios.map((audio) => new MuxedWindow({ video, audio, grid })));
    this.renditions = new Map(muxed.map((each) => [each.id, each]));
  }

  get timing(): PlaylistTiming {
    return this.#window.timing;
  }

  get description(): BroadcastDescription {
    return this.#window.description;
  }

  get version(): number {
    return this.#window.version;
  }

  get isEnded(): boolean {
    return this.#window.isEnded;
  }

  get endMs(): number {
    return this.#window.endMs;
  }

  get dateRanges(): DateRanges {
    return this.#window.dateRanges;
  }

  /** Takes over what has become of the tracks' windows. */
  follow(): void {
    if (this.#followed === this.version) return;
    this.#followed = this.version;
    for (const muxed of this.renditions.values()) muxed.follow();
  }
}

const presentations = new WeakMap<LiveWindow, MuxedPresentation>();

/** The muxed renditions of a broadcast as of now. They cost nothing before somebody asks for one. */
export function muxedPresentation(window: LiveWindow): MuxedPresentation {
  const presentation = presentations.get(window) ?? new MuxedPresentation(window);
  presentations.set(window, presentation);
  presentation.follow();
  return presentation;
}

/** A rendition that a playlist can be of, among those that a player changes between. */
export interface Listed {
  readonly window: Presentation;
  readonly rendition: RenditionView;
}

/** `undefined`: the broadcast has none of that id. */
export function listedRendition(window: LiveWindow, id: ListedId): Listed | undefined {
  const encoded = [...window.renditions.values()].find(({ rendition }) => rendition.id === id);
  if (encoded !== undefined) return { window, rendition: encoded };
  const muxed = MuxedId.safeParse(id);
  if (!muxed.success) return undefined;
  const presentation = muxedPresentation(window);
  const rendition = presentation.renditions.get(muxed.data);
  return rendition && { window: presentation, rendition };
}
