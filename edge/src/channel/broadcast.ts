import type {
  BroadcastDescription,
  BroadcastEndReason,
  BroadcastId,
  DateRangeAnnounced,
  Delivery,
  Epoch,
  NextPart,
  PartAnnounced,
  RenditionId,
  ThumbnailsAnnounced,
} from '@sluice/contracts';
import { bucketUris } from '../media/bucket-uris.ts';
import { urisOf } from '../mux/muxed-uris.ts';
import { RecordedTimeline } from '../recording/recorded-timeline.ts';
import type { KeptTimeline } from '../recording/timeline-state.ts';
import { NO_THUMBNAILS, type ThumbnailsState, thumbnailsAfter } from '../thumbnails/thumbnails-state.ts';
import { type AppendResult, LiveWindow, type LiveWindowOptions } from '../window/live-window.ts';
import { mediaPlaylist } from '../window/media-playlist.ts';
import { RELATIVE_URIS } from '../window/media-uris.ts';
import type { Skip } from '../window/reload-directives.ts';
import type { Presentation, RenditionView } from '../window/rendition-view.ts';
import type { RenditionWindow } from '../window/rendition-window.ts';
import type { DateRangesState, RenditionWindowState } from '../window/window-state.ts';

export interface BroadcastOptions {
  readonly broadcastId: BroadcastId;
  /** That it began with. */
  readonly epoch: Epoch;
  readonly dvrWindowS: number;
  /** What its multivariant playlist lists; `separate`, if absent. */
  readonly delivery?: Delivery | undefined;
  /** It is kept whole, by the channel's own object and not by relays; not, if absent. */
  readonly isRecorded?: boolean | undefined;
}

/** What storage knows of a broadcast. */
export interface KeptBroadcast extends BroadcastOptions {
  readonly description: BroadcastDescription | undefined;
  readonly endedAtMs: number | undefined;
  readonly states: ReadonlyMap<RenditionId, RenditionWindowState>;
  readonly cut?: NextPart | undefined;
  readonly dateRanges?: DateRangesState | undefined;
  readonly thumbnails?: ThumbnailsState | undefined;
  /** All that was recorded of it. */
  readonly timeline?: KeptTimeline | undefined;
  /** Renditions of which the node has not yet sent again what a restart lost; all of them, if absent. */
  readonly recovering?: Iterable<RenditionId>;
}

/** One broadcast of the channel: its live window once it was described, and the playlists written from it. */
export class Broadcast {
  readonly broadcastId: BroadcastId;
  readonly epoch: Epoch;
  readonly dvrWindowS: number;
  readonly delivery: Delivery;
  readonly isRecorded: boolean;
  /** Written from the window as it is, by rendition and what is skipped. */
  readonly #playlists = new Map<string, string>();
  #playlistsVersion = 0;
  /** Renditions of which the node has not yet sent again what a restart lost. */
  readonly #recovering = new Set<RenditionId>();
  #window: LiveWindow | undefined;
  #thumbnails = NO_THUMBNAILS;
  #timeline: RecordedTimeline | undefined;
  #endedAtMs: number | undefined;
  #endReason: BroadcastEndReason | undefined;

  constructor(options: BroadcastOptions) {
    this.broadcastId = options.broadcastId;
    this.epoch = options.epoch;
    this.dvrWindowS = options.dvrWindowS;
    this.delivery = options.delivery ?? 'separate';
    this.isRecorded = options.isRecorded ?? false;
  }

  /**
   * After a restart, or as another object has it. Until the node has sent what came after the last kept segment,
   * playlists would step back.
   */
  static restore(kept: KeptBroadcast): Broadcast {
    const broadcast = new Broadcast(kept);
    const { description, endedAtMs, thumbnails = NO_THUMBNAILS } = kept;
    broadcast.#thumbnails = thumbnails;
    // What has ended has become a draft of its recording in the same write.
    if (description !== undefined) broadcast.#describe({ ...kept, description }, endedAtMs === undefined);
    if (endedAtMs !== undefined) broadcast.end(endedAtMs);
    else for (const id of kept.recovering ?? broadcast.#window?.renditions.keys() ?? []) broadcast.#recovering.add(id);
    return broadcast;
  }

  /** All of it, for another object to go on from. */
  state(): KeptBroadcast & { readonly recovering: readonly RenditionId[] } {
    const { broadcastId, epoch, dvrWindowS, delivery, endedAtMs } = this;
    const window = this.#window;
    return {
      broadcastId,
      epoch,
      dvrWindowS,
      delivery,
      description: window?.description,
      endedAtMs,
      cut: window?.cut,
      dateRanges: window?.dateRanges.state(),
      thumbnails: this.#thumbnails,
      states: new Map([...(window?.renditions ?? [])].map(([id, rendition]) => [id, rendition.state()])),
      recovering: [...this.#recovering],
    };
  }

  get window(): LiveWindow | undefined {
    return this.#window;
  }

  /** What images of it are in the bucket. */
  get thumbnails(): ThumbnailsState {
    return this.#thumbnails;
  }

  get endedAtMs(): number | undefined {
    return this.#endedAtMs;
  }

  /** `undefined`: it goes on, or ended before a restart. */
  get endReason(): BroadcastEndReason | undefined {
    return this.#endReason;
  }

  /** All that it has shown, if it is recorded and goes on. */
  get timeline(): RecordedTimeline | undefined {
    return this.#timeline;
  }

  /** The same, once, after it has ended: somebody else keeps it from here on. `undefined`: there is nothing to keep. */
  takeTimeline(): RecordedTimeline | undefined {
    const timeline = this.#timeline;
    this.#timeline = undefined;
    return timeline?.isEmpty === false ? timeline : undefined;
  }

  /** This object restarted and does not know yet what its predecessor last listed. */
  get isRecovering(): boolean {
    return this.#recovering.size > 0;
  }

  /** What was lost is not coming: better a step back than no playlist. */
  giveUpRecovery(): void {
    this.#recovering.clear();
  }

  /** Viewers can play it, or what is left of it. */
  get isPlayable(): boolean {
    return this.#window?.isPlayable === true;
  }

  rendition(renditionId: RenditionId): RenditionWindow | undefined {
    return this.#window?.renditions.get(renditionId);
  }

  /** Throws WindowError when it contradicts an earlier description. */
  describe(description: BroadcastDescription): void {
    if (this.#window === undefined) this.#describe({ description, dvrWindowS: this.dvrWindowS }, true);
    else this.#window.describe(description);
  }

  #describe(known: LiveWindowOptions & Pick<KeptBroadcast, 'timeline'>, isGoingOn: boolean): void {
    const { description } = known;
    const timeline = this.isRecorded && isGoingOn ? new RecordedTimeline(description, known.timeline) : undefined;
    this.#timeline = timeline;
    this.#window = new LiveWindow({ ...known, onWhole: (id, segment) => timeline?.push(id, segment) });
  }

  /** Takes announced parts and date ranges; the broadcast must have been described. Throws WindowError. */
  append(
    window: LiveWindow,
    parts: readonly PartAnnounced[],
    dateRanges: readonly DateRangeAnnounced[] = [],
  ): AppendResult {
    window.takeDateRanges(dateRanges);
    if (dateRanges.length > 0) this.#timeline?.noteDateRanges(window.dateRanges.listed);
    const result = window.append(parts);
    // Resent parts come in order and in one announcement, so what grew and lacks nothing is where it was.
    for (const id of result.grown) if (!result.behind.has(id)) this.#recovering.delete(id);
    return result;
  }

  takeThumbnails(announced: ThumbnailsAnnounced): void {
    this.#thumbnails = thumbnailsAfter(this.#thumbnails, announced);
  }

  end(nowMs: number, reason?: BroadcastEndReason): void {
    if (this.#endedAtMs !== undefined) return;
    this.#endedAtMs = nowMs;
    this.#endReason = reason;
    this.#recovering.clear();
    this.#window?.end();
  }

  /** A rendition's playlist as of now, or the delta update of it; written once a version, however many ask. */
  playlist(
    window: Presentation,
    rendition: RenditionView,
    { skip, bucketUrl }: { readonly skip?: Skip | undefined; readonly bucketUrl?: string | undefined } = {},
  ): string {
    // All go at once: one of twelve hours has megabytes.
    if (this.#playlistsVersion !== window.version) this.#playlists.clear();
    this.#playlistsVersion = window.version;
    const { broadcastId } = this;
    const own = urisOf(rendition);
    const isInBucket = bucketUrl !== undefined && own === RELATIVE_URIS;
    const uris = isInBucket ? bucketUris({ bucketUrl, broadcastId, listsParts: window.timing.listsParts }) : own;
    const name = `${rendition.rendition.id} ${skip ?? 'whole'} ${uris.name}`;
    const text = this.#playlists.get(name) ?? mediaPlaylist(window, rendition, { skip, uris });
    this.#playlists.set(name, text);
    return text;
  }
}
