import type {
  BroadcastDescription,
  NextPart,
  NextParts,
  PartAnnounced,
  Rendition,
  RenditionId,
} from '@sluice/contracts';
import { type PlaylistTiming, playlistTiming } from './playlist-timing.ts';
import { isBefore, RenditionWindow, type RenditionWindowState, segmentTicksMax } from './rendition-window.ts';
import { WindowError } from './window-error.ts';

/** Twice what rfc8216bis §6.2.2 asks for, whatever the channel asks for: Apple's tools want six segments. */
const WINDOW_TARGET_DURATIONS_MIN = 6;

export interface LiveWindowOptions {
  readonly description: BroadcastDescription;
  /** How far back viewers can seek. */
  readonly dvrWindowS: number;
  /** After a restart: where each rendition stood. */
  readonly states?: ReadonlyMap<RenditionId, RenditionWindowState>;
  /** And where the media before the last seam ends. */
  readonly cut?: NextPart | undefined;
}

/** What an announcement did to the window. */
export interface AppendResult {
  /** Renditions whose playlist reads differently now. */
  readonly grown: ReadonlySet<RenditionId>;
  /** Renditions of which something before an announced part is missing; `next` says what. */
  readonly behind: ReadonlySet<RenditionId>;
}

/**
 * The live window of a broadcast: what its playlists list, now. Pure state: parts go in, in any order and more than
 * once, and each rendition takes them in order. Every change is one whole playlist version (rfc8216bis §6.2.1).
 */
export class LiveWindow {
  readonly timing: PlaylistTiming;
  /** Whole segments are kept for at least this long. */
  readonly windowS: number;
  readonly renditions: ReadonlyMap<RenditionId, RenditionWindow>;
  #description: BroadcastDescription;
  #version = 0;
  #isEnded = false;
  #cut: NextPart | undefined;

  constructor({ description, dvrWindowS, states, cut }: LiveWindowOptions) {
    const ids = description.renditions.map((rendition) => rendition.id);
    if (new Set(ids).size !== ids.length) throw new WindowError('rendition-twice', ids.join(' '));
    this.#description = description;
    this.#cut = cut;
    this.timing = playlistTiming(description);
    const { targetDurationS } = this.timing;
    const tooLong = description.renditions.find(
      (each) => each.partTargetTicks > segmentTicksMax(each, targetDurationS),
    );
    // Nobody could ever start to play it (HLS-RULES.md A1.8).
    if (tooLong !== undefined) throw new WindowError('part-target-too-long', tooLong.id);
    this.windowS = Math.max(dvrWindowS, WINDOW_TARGET_DURATIONS_MIN * targetDurationS);
    this.renditions = new Map(
      description.renditions.map((rendition) => [
        rendition.id,
        new RenditionWindow({ rendition, targetDurationS, windowS: this.windowS }, states?.get(rendition.id)),
      ]),
    );
  }

  get description(): BroadcastDescription {
    return this.#description;
  }

  /** Rises with each change of any playlist. */
  get version(): number {
    return this.#version;
  }

  /** Where the media of the encoders before ends, in all renditions, once others went on in the first of them. */
  get cut(): NextPart | undefined {
    return this.#cut;
  }

  /** EXT-X-ENDLIST: nothing will be added. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Every rendition has enough media that a player can start at its hold-back, and a whole segment, without which
   * hls.js takes a playlist for an empty one. Once true it stays true.
   */
  get isPlayable(): boolean {
    return [...this.renditions.values()].every(
      (window) =>
        window.lastComplete !== undefined &&
        window.durationTicks * 1_000 >= this.timing.startMs * window.rendition.timescaleHz,
    );
  }

  /** Throws WindowError when anything but an init version differs from what was described before. */
  describe(description: BroadcastDescription): void {
    if (!isSameBroadcast(this.#description, description)) {
      throw new WindowError('description-changed', 'only init versions may change within a broadcast');
    }
    this.#description = description;
    for (const rendition of description.renditions) {
      const window = this.renditions.get(rendition.id);
      if (window === undefined) continue;
      if (window.rendition.initVersion !== rendition.initVersion) this.#cut = undefined;
      window.rendition = rendition;
    }
  }

  /** Takes what is new of the parts. Throws WindowError for one that must not be listed; those before it are taken. */
  append(parts: readonly PartAnnounced[]): AppendResult {
    if (this.#isEnded) throw new WindowError('broadcast-ended', 'the broadcast has ended');
    const grown = new Set<RenditionId>();
    const behind = new Set<RenditionId>();
    for (const part of parts) {
      const window = this.renditions.get(part.renditionId);
      if (window === undefined) throw new WindowError('unknown-rendition', part.renditionId);
      const outcome = window.append(part, () => this.#cutPlace());
      if (outcome === 'ahead') behind.add(part.renditionId);
      if (outcome !== 'appended') continue;
      grown.add(part.renditionId);
      this.#version += 1;
    }
    return { grown, behind };
  }

  /** The last segment is in: EXT-X-ENDLIST, and no more hints. */
  end(): void {
    if (this.#isEnded) return;
    for (const window of this.renditions.values()) window.close();
    this.#isEnded = true;
    this.#version += 1;
  }

  /** The first part that no rendition lists; the same for all that follow, so that they have the same length. */
  #cutPlace(): NextPart {
    const ends = [...this.renditions.values()].map(({ hinted }) => hinted);
    this.#cut ??= ends.reduce((most, end) => (isBefore(most, end) ? end : most));
    return this.#cut;
  }

  /** What is expected next of each rendition. */
  next(): NextParts {
    return Object.fromEntries([...this.renditions].map(([id, window]) => [id, window.next]));
  }
}

function isSameBroadcast(before: BroadcastDescription, after: BroadcastDescription): boolean {
  return JSON.stringify(withoutInits(before)) === JSON.stringify(withoutInits(after));
}

function withoutInits(description: BroadcastDescription): BroadcastDescription {
  // What a new init segment may change: the decoder's configuration, of which the codec string is a short form.
  const renditions = description.renditions.map(
    (r): Rendition => ({ ...r, initVersion: 0, codecs: '', configuration: '' }),
  );
  return { ...description, renditions };
}
