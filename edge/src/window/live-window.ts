import type {
  BroadcastDescription,
  DateRangeAnnounced,
  NextPart,
  NextParts,
  PartAnnounced,
  Rendition,
  RenditionId,
} from '@sluice/contracts';
import { DateRanges } from './date-ranges.ts';
import { type PlaylistTiming, playlistTiming, startDateMs } from './playlist-timing.ts';
import { isBefore, RenditionWindow, segmentTicksMax } from './rendition-window.ts';
import { WindowError } from './window-error.ts';
import { playlistEndTicks, type WindowSegment } from './window-segment.ts';
import type { DateRangesState, RenditionWindowState } from './window-state.ts';

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
  readonly dateRanges?: DateRangesState | undefined;
  /** Told of each segment, once, when nothing of it can change any more. */
  readonly onWhole?: ((renditionId: RenditionId, segment: WindowSegment) => void) | undefined;
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
  readonly dateRanges: DateRanges;
  #description: BroadcastDescription;
  #version = 0;
  #isEnded = false;
  #cut: NextPart | undefined;

  constructor({ description, dvrWindowS, states, cut, dateRanges, onWhole }: LiveWindowOptions) {
    const ids = description.renditions.map((rendition) => rendition.id);
    if (new Set(ids).size !== ids.length) throw new WindowError('rendition-twice', ids.join(' '));
    this.#description = description;
    this.#cut = cut;
    this.timing = playlistTiming(description);
    const { grid, targetDurationS, skipUntilS } = this.timing;
    this.dateRanges = new DateRanges({ skipUntilS, state: dateRanges });
    const tooLong = description.renditions.find(
      (each) => each.partTargetTicks > segmentTicksMax(each, targetDurationS),
    );
    // Nobody could ever start to play it (HLS-RULES.md A1.8).
    if (tooLong !== undefined) throw new WindowError('part-target-too-long', tooLong.id);
    this.windowS = Math.max(dvrWindowS, WINDOW_TARGET_DURATIONS_MIN * targetDurationS);
    this.renditions = new Map(
      description.renditions.map((rendition) => [
        rendition.id,
        new RenditionWindow(
          {
            rendition,
            grid,
            windowS: this.windowS,
            onWhole: onWhole && ((segment) => onWhole(rendition.id, segment)),
          },
          states?.get(rendition.id),
        ),
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
      const outcome = window.append(part, { cut: () => this.#cutPlace(), neighbours: this.renditions });
      if (outcome === 'ahead') behind.add(part.renditionId);
      if (outcome !== 'appended') continue;
      grown.add(part.renditionId);
      this.#version += 1;
    }
    if (grown.size > 0 && !this.dateRanges.isEmpty) this.dateRanges.removeBefore(this.#firstDateMs, this.endMs);
    return { grown, behind };
  }

  /** Takes what is new of date ranges: all playlists list them. Those of before the window are not listed any more. */
  takeDateRanges(announced: readonly DateRangeAnnounced[]): void {
    if (this.#isEnded) throw new WindowError('broadcast-ended', 'the broadcast has ended');
    for (const range of announced) {
      const isNew = this.dateRanges.take(range, this.endMs, (mediaMs) => this.#dateOf(mediaMs));
      if (isNew) this.#version += 1;
    }
    this.dateRanges.removeBefore(this.#firstDateMs, this.endMs);
  }

  /** Where the longest playlist ends: media time since the broadcast's start, as playlists count it. */
  get endMs(): number {
    const ends = [...this.renditions.values()].map(({ last, rendition }) =>
      last === undefined ? 0 : (playlistEndTicks(last) * 1_000) / rendition.timescaleHz,
    );
    return Math.max(...ends);
  }

  /** The last segment is in: EXT-X-ENDLIST, and no more hints. */
  end(): void {
    if (this.#isEnded) return;
    for (const window of this.renditions.values()) window.close();
    this.#isEnded = true;
    this.#version += 1;
  }

  /** Of the oldest segment in any playlist, in ms since 1970. */
  get #firstDateMs(): number {
    const firsts = [...this.renditions.values()].map(({ first, rendition }) =>
      first === undefined ? this.#description.startedAtMs : startDateMs(this.#description, rendition, first),
    );
    return Math.min(...firsts);
  }

  /** The playlists' date of a media time, which lacks what seams have cut off before it. */
  #dateOf(mediaMs: number): number {
    const [own] = this.renditions.values();
    const { startedAtMs } = this.#description;
    if (own === undefined) return startedAtMs + mediaMs;
    const { timescaleHz } = own.rendition;
    return startedAtMs + mediaMs - Math.round((own.cutTicksAt((mediaMs * timescaleHz) / 1_000) * 1_000) / timescaleHz);
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
