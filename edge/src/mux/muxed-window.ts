import { FIRST_PART, type MediaGrid, type NextPart, RenditionId } from '@sluice/contracts';
import { RenditionGrid } from '../window/rendition-grid.ts';
import type { ListedRendition, RenditionView } from '../window/rendition-view.ts';
import type { RenditionWindow } from '../window/rendition-window.ts';
import { SegmentArchive } from '../window/segment-archive.ts';
import { skipTicks } from '../window/segment-window.ts';
import { playlistEndTicks, type WindowSegment } from '../window/window-segment.ts';
import { type ListedId, type MuxedId, muxedId } from './muxed-id.ts';
import { muxedArchive } from './muxed-runs.ts';
import { type LenderOf, muxedSegment, segmentOfClosed } from './muxed-segment.ts';

/** The windows of which a muxed one is made. */
export interface MuxedWindowOptions {
  readonly video: RenditionWindow;
  readonly audio: RenditionWindow;
  readonly grid: MediaGrid;
}

/**
 * The window of a picture and a sound as one rendition: what both list, with the picture's times. It follows from
 * theirs: whoever has the same two windows has the same muxed one, whenever it was looked at before.
 */
export class MuxedWindow implements RenditionView {
  readonly id: MuxedId;
  readonly rendition: ListedRendition;
  readonly #video: RenditionWindow;
  readonly #audio: RenditionWindow;
  readonly #grids: { readonly video: RenditionGrid; readonly audio: RenditionGrid };
  readonly #listsParts: boolean;
  readonly #skipTicks: number;
  readonly #lenderOf: LenderOf;
  #archive: SegmentArchive;
  /** Of the first segment that is not in the archive; `undefined`: nothing was looked at yet. */
  #archiveEndMsn: number | undefined;
  #recent: readonly WindowSegment[] = [];

  constructor({ video, audio, grid }: MuxedWindowOptions) {
    const { timescaleHz, partTargetTicks, id: videoId } = video.rendition;
    this.id = muxedId({ videoId, audioId: audio.rendition.id });
    this.rendition = { id: this.id, timescaleHz, partTargetTicks };
    this.#video = video;
    this.#audio = audio;
    this.#grids = { video: new RenditionGrid(video.rendition, grid), audio: new RenditionGrid(audio.rendition, grid) };
    this.#listsParts = grid.listsParts;
    this.#skipTicks = skipTicks(grid, timescaleHz);
    this.#lenderOf = (lentBy) => lentBy && muxedId({ videoId: RenditionId.parse(lentBy), audioId: audio.rendition.id });
    this.#archive = new SegmentArchive(this.#grids.video);
  }

  get archive(): SegmentArchive {
    return this.#archive;
  }

  get recent(): readonly WindowSegment[] {
    return this.#recent;
  }

  get last(): WindowSegment | undefined {
    return this.#recent.at(-1);
  }

  get firstMsn(): number | undefined {
    return this.#archive.first?.msn ?? this.#recent[0]?.msn;
  }

  get openSegment(): WindowSegment | undefined {
    const { last } = this;
    return last?.isComplete === false ? last : undefined;
  }

  get lastComplete(): WindowSegment | undefined {
    return this.openSegment === undefined ? this.last : this.#recent.at(-2);
  }

  /** Of both tracks the one that comes later; whoever waits for it waits for both. */
  get hinted(): NextPart {
    const { last } = this;
    if (last === undefined) return { ...FIRST_PART, msn: this.#startMsn ?? FIRST_PART.msn };
    return last.isComplete ? { msn: last.msn + 1, partIndex: 0 } : { msn: last.msn, partIndex: last.parts.length };
  }

  get hintedLentBy(): ListedId | undefined {
    const { last } = this;
    return last?.isComplete ? last.nextLentBy : last?.lentBy;
  }

  /** The picture's: the same content has the same number in all renditions (rfc8216bis §6.2.2). */
  get discontinuitySequence(): number {
    const { firstMsn = 0 } = this;
    const { discontinuitySequence, archive, recent } = this.#video;
    // Those of the picture that are older than what sound has.
    const older = [...archive.runs, ...recent].filter(({ msn, isDiscontinuity }) => isDiscontinuity && msn < firstMsn);
    return discontinuitySequence + older.length;
  }

  /** Takes over what has become of both windows. To be called before anything is asked of a new version of them. */
  follow(): void {
    const startMsn = this.#startMsn;
    if (startMsn === undefined) return;
    const recent = this.#recentFrom(startMsn);
    const endMsn = recent[0]?.msn ?? startMsn;
    this.#archiveUpTo(startMsn, endMsn);
    this.#recent = recent;
  }

  /** The oldest segment that both windows may have. */
  get #startMsn(): number | undefined {
    const [videoMsn, audioMsn] = [this.#video.firstMsn, this.#audio.firstMsn];
    return videoMsn === undefined || audioMsn === undefined ? undefined : Math.max(videoMsn, audioMsn);
  }

  /** The segments within the Skip Boundary, counted from the newest that both have. */
  #recentFrom(startMsn: number): WindowSegment[] {
    const recent: WindowSegment[] = [];
    let end: WindowSegment | undefined;
    for (let msn = this.#newestMsn; msn >= startMsn; msn -= 1) {
      const segment = this.#segment(msn);
      // Only of the newest there may be nothing yet in one of them.
      if (segment === undefined) continue;
      if (this.#listsParts || segment.isComplete) end ??= segment;
      const isOld = end !== undefined && playlistEndTicks(end) - playlistEndTicks(segment) > this.#skipTicks;
      if (isOld && segment.isComplete) break;
      recent.unshift(segment);
    }
    return recent;
  }

  #archiveUpTo(startMsn: number, endMsn: number): void {
    if (this.#archiveEndMsn === undefined) {
      const video = { runs: this.#video.archive.runs, grid: this.#grids.video };
      const audio = { runs: this.#audio.archive.runs, grid: this.#grids.audio };
      this.#archive = new SegmentArchive(
        this.#grids.video,
        muxedArchive({ video, audio, endMsn, lenderOf: this.#lenderOf }),
      );
      this.#archiveEndMsn = startMsn + this.#archive.count;
    }
    for (let first = this.#archive.first; first !== undefined && first.msn < startMsn; first = this.#archive.first) {
      this.#archive.shift();
    }
    for (let msn = Math.max(startMsn, this.#archiveEndMsn); msn < endMsn; msn += 1) {
      const segment = this.#segment(msn);
      if (segment?.isComplete) this.#archive.push(segment);
    }
    this.#archiveEndMsn = Math.max(this.#archiveEndMsn, endMsn);
  }

  get #newestMsn(): number {
    return Math.min(this.#video.last?.msn ?? 0, this.#audio.last?.msn ?? 0);
  }

  #segment(msn: number): WindowSegment | undefined {
    const video = segmentAt(this.#video, msn);
    const audio = segmentAt(this.#audio, msn);
    return video && audio && muxedSegment(video, audio, this.#lenderOf);
  }
}

function segmentAt(window: RenditionWindow, msn: number): WindowSegment | undefined {
  const recent = window.segment(msn);
  if (recent !== undefined) return recent;
  const archived = window.archive.segment(msn);
  return archived && segmentOfClosed(archived);
}
