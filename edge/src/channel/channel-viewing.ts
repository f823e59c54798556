import {
  type BroadcastId,
  type Delivery,
  isPrivateBroadcast,
  type MediaFile,
  partFileName,
  type RenditionId,
  segmentFileName,
} from '@sluice/contracts';
import { mediaPresentation } from '../dash/media-presentation.ts';
import type { CacheClass } from '../http/cache-control.ts';
import type { ListedId } from '../mux/muxed-id.ts';
import { listedRendition } from '../mux/muxed-presentation.ts';
import { rightsKey, type ViewerRights } from '../playback/viewer-rights.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { mayHaveBeenListed, mediaGate, type SegmentClaim } from '../window/media-gate.ts';
import { multivariantPlaylist } from '../window/multivariant-playlist.ts';
import type { ReloadDirectives, Skip } from '../window/reload-directives.ts';
import { isSatisfied, reloadGate } from '../window/reload-gate.ts';
import { reloadView } from '../window/reload-view.ts';
import type { Presentation, RenditionView } from '../window/rendition-view.ts';
import type { RenditionWindow } from '../window/rendition-window.ts';
import type { Broadcast } from './broadcast.ts';
import {
  type MediaReply,
  type PlaylistReply,
  type Refused,
  refused,
  type StatusReply,
  type ThumbnailsReply,
} from './channel-replies.ts';
import { channelState } from './channel-state.ts';
import { WaitingRoom } from './waiting-room.ts';

/**
 * Requests held at once by one channel object. Each costs some kilobytes of its 128 MB, and an object answers about a
 * thousand requests a second, so more than this would take too long to release. Beyond it: 503.
 */
const WAITING_MAX = 5_000;
/** A status that does not change. Shorter than what proxies on the way put up with. */
const STATUS_HOLD_MS = 25_000;
/** Pages that wait for the channel to go live. Beyond it they are told the status at once, and ask again later. */
const STATUS_WAITING_MAX = 5_000;
/** A broadcast that nobody has described yet has no target duration; this is three of the usual ones. */
const UNDESCRIBED_HOLD_MS = 6_000;
/**
 * A reload that asks for something at most this many segments old shares one cached answer with others like it. What
 * is older is a plain request in disguise, and a long-lived answer to it would start a viewer far behind.
 */
const SHARED_RELOAD_SEGMENTS = 3;

/** Of what lists renditions: the multivariant playlist, the MPD. */
export interface PresentationAsk {
  readonly viewer: ViewerRights;
}

export interface MultivariantAsk extends PresentationAsk {
  /** Of the variants that it lists; as the channel says, if absent. */
  readonly delivery?: Delivery | undefined;
}

export interface PlaylistAsk {
  readonly broadcastId: BroadcastId;
  readonly renditionId: ListedId;
  readonly directives: ReloadDirectives | undefined;
  /** A delta update is wanted, not the whole playlist. */
  readonly skip?: Skip | undefined;
  /** Media that is stored is listed there, on the bucket's own domain (media/bucket-uris.ts); if absent, at the edge. */
  readonly bucketUrl?: string | undefined;
}

export interface MediaAsk {
  readonly broadcastId: BroadcastId;
  readonly renditionId: RenditionId;
  readonly file: MediaFile;
  /** Of a segment. */
  readonly claim?: SegmentClaim;
}

export interface ManifestAsk extends PresentationAsk {
  /** `undefined`: the newest, if it is live. */
  readonly broadcastId: BroadcastId | undefined;
}

export interface ThumbnailsAsk extends PresentationAsk {
  /** The newest, if it is live, where none is named. */
  readonly broadcastId?: BroadcastId | undefined;
}

/** The broadcasts that viewers may ask for. */
export interface Viewable {
  /** The newest, ended or not. */
  readonly current: Broadcast | undefined;
  broadcast(broadcastId: BroadcastId): Broadcast | undefined;
}

/**
 * The viewers' half of a channel: what is answered now, what is held, and until when. The channel's own object has one,
 * and so has each relay, over its copy.
 */
export class ChannelViewing {
  readonly #viewable: Viewable;
  readonly #playlists = new WaitingRoom<PlaylistReply>(WAITING_MAX);
  readonly #media = new WaitingRoom<MediaReply>(WAITING_MAX);
  readonly #statuses = new WaitingRoom<StatusReply>(STATUS_WAITING_MAX);

  constructor(viewable: Viewable) {
    this.#viewable = viewable;
  }

  /** Requests that are held. */
  get heldCount(): number {
    return this.#playlists.seatsTaken + this.#media.seatsTaken + this.#statuses.seatsTaken;
  }

  /** Some window changed, or the channel's state: whoever waited for that is answered. */
  settle(): void {
    this.#playlists.settle();
    this.#media.settle();
    this.#statuses.settle();
  }

  /** The publisher was lost: better a clear no than a wait that will end in one (HLS-RULES.md A3.34, A5.43). */
  dismiss(): void {
    this.#playlists.dismiss();
    this.#media.dismiss();
  }

  /** The multivariant playlist; held while the broadcast is starting. */
  async multivariant({ viewer, delivery }: MultivariantAsk): Promise<PlaylistReply> {
    const offline = refused('channel-offline');
    const decide = (): PlaylistReply | undefined => {
      const { current } = this.#viewable;
      if (current === undefined || current.endedAtMs !== undefined) return offline;
      if (isPrivateBroadcast(current.broadcastId) && !viewer.seesPrivate) return refused('token-required');
      if (current.window === undefined || !current.isPlayable) return undefined;
      const options = { heightPxMax: viewer.heightPxMax, delivery: delivery ?? current.delivery };
      const { broadcastId } = current;
      const text = multivariantPlaylist(current.window, `${broadcastId}/`, options);
      return { kind: 'playlist', text, cache: { kind: 'multivariant' }, broadcastId };
    };
    const holdMs = this.#viewable.current?.window?.timing.holdMsMax ?? UNDESCRIBED_HOLD_MS;
    const ending = () => offline;
    const topic = `index/${delivery ?? ''}/${rightsKey(viewer)}`;
    return (await this.#playlists.wait(topic, decide, { holdMs, late: ending, dismissed: ending })) ?? TOO_MANY;
  }

  /** The MPD of a broadcast, the same for all clients that see the same; held while it is starting. */
  async manifest(ask: ManifestAsk): Promise<PlaylistReply> {
    const { viewer, broadcastId } = ask;
    const missing = refused(broadcastId === undefined ? 'channel-offline' : 'no-such-broadcast');
    const find = () => (broadcastId === undefined ? this.#viewable.current : this.#viewable.broadcast(broadcastId));
    const answer = (isLate: boolean): PlaylistReply | undefined => {
      const broadcast = find();
      if (broadcast === undefined) return missing;
      const isEnded = broadcast.endedAtMs !== undefined;
      if (isEnded && (broadcastId === undefined || !broadcast.isPlayable)) return missing;
      if (isPrivateBroadcast(broadcast.broadcastId) && !viewer.seesPrivate) return refused('token-required');
      const { window } = broadcast;
      if (window === undefined || !broadcast.isPlayable || (broadcast.isRecovering && !isLate)) return undefined;
      const { targetDurationS } = window.timing;
      const text = mediaPresentation(window, broadcast.broadcastId, viewer.heightPxMax);
      return {
        kind: 'playlist',
        text,
        cache: { kind: isEnded ? 'ended-playlist' : 'plain-playlist', targetDurationS },
        broadcastId: broadcast.broadcastId,
      };
    };
    const endings = {
      holdMs: find()?.window?.timing.holdMsMax ?? UNDESCRIBED_HOLD_MS,
      late: () => answer(true) ?? refused('held-too-long'),
      dismissed: () => missing,
    };
    const topic = `manifest/${broadcastId ?? ''}/${rightsKey(viewer)}`;
    return (await this.#playlists.wait(topic, () => answer(false), endings)) ?? TOO_MANY;
  }

  /** A media playlist: now, or when it contains what the directives ask for (rfc8216bis §6.2.5.2). */
  async playlist(ask: PlaylistAsk): Promise<PlaylistReply> {
    const { broadcastId, renditionId, directives } = ask;
    const found = this.#findListed(ask);
    if (found.kind === 'refused') return found;
    if (directives === undefined) return this.#plainPlaylist(ask, found);
    const { broadcast, window, rendition } = found;
    const verdict = reloadGate(reloadView(window, rendition), directives);
    // What is too far for a window that a restart set back may be just the next part.
    if (verdict.kind === 'too-far' && !broadcast.isRecovering) return refused('directive-too-far', verdict.detail);
    const decide = this.#decided(ask, (now) => {
      const view = reloadView(now.window, now.rendition);
      if (!isSatisfied(view, directives)) return undefined;
      const isShared = directives.msn > view.lastMsn - SHARED_RELOAD_SEGMENTS;
      return playlistText(now, ask, isShared ? 'blocked-playlist' : 'plain-playlist');
    });
    const topic = `${broadcastId}/${renditionId}/${directives.msn}.${directives.partIndex ?? ''}/${formOf(ask)}`;
    const endings = {
      holdMs: window.timing.holdMsMax,
      late: () => refused('held-too-long'),
      dismissed: () => refused('publisher-lost'),
    };
    return (await this.#playlists.wait(topic, decide, endings)) ?? TOO_MANY;
  }

  /** Of a media file that is not in the bucket: wait for it, look again, put it together, or give up. */
  async media(ask: MediaAsk): Promise<MediaReply> {
    const { broadcastId, renditionId, file, claim = {} } = ask;
    const found = this.#findEncoded(ask);
    if (found.kind === 'refused') return found;
    const decide = (): MediaReply | undefined => {
      const now = this.#findEncoded(ask);
      if (now.kind === 'refused') return now;
      const { broadcast, window, rendition } = now;
      const verdict = mediaGate(window, rendition, file, claim);
      if (verdict.kind === 'hinted') return undefined;
      if (verdict.kind !== 'absent') return verdict;
      const isAwaited = broadcast.isRecovering && mayHaveBeenListed(rendition, file);
      return isAwaited ? undefined : refused('no-such-media');
    };
    const endings = {
      holdMs: found.window.timing.holdMsMax,
      late: () => refused('held-too-long'),
      dismissed: () => refused('no-such-media'),
    };
    const topic = `${broadcastId}/${renditionId}/${mediaTopic(file)}/${claim.fromPart ?? 0}/${claim.initVersion ?? ''}`;
    return (await this.#media.wait(topic, decide, endings)) ?? TOO_MANY;
  }

  /** What images there are of a broadcast. Nobody is held for one. */
  async thumbnails({ viewer, broadcastId }: ThumbnailsAsk): Promise<ThumbnailsReply> {
    const { current } = this.#viewable;
    const live = current?.endedAtMs === undefined ? current : undefined;
    const broadcast = broadcastId === undefined ? live : this.#viewable.broadcast(broadcastId);
    if (broadcast === undefined) return refused(broadcastId === undefined ? 'channel-offline' : 'no-such-broadcast');
    if (isPrivateBroadcast(broadcast.broadcastId) && !viewer.seesPrivate) return refused('token-required');
    return { kind: 'thumbnails', broadcastId: broadcast.broadcastId, thumbnails: broadcast.thumbnails };
  }

  /** The channel's state; with `after`, once its version is another, or when nothing has happened for some time. */
  async status(after: string | undefined): Promise<StatusReply> {
    const now = (): StatusReply => ({ kind: 'status', status: channelState(this.#viewable.current) });
    const decide = (): StatusReply | undefined => {
      const reply = now();
      return reply.kind === 'status' && reply.status.version === after ? undefined : reply;
    };
    const endings = { holdMs: STATUS_HOLD_MS, late: now, dismissed: now };
    return (await this.#statuses.wait(`after ${after}`, decide, endings)) ?? now();
  }

  /** Held while a player could not use the playlist, and after a restart while it might step back. */
  async #plainPlaylist(ask: PlaylistAsk, { window }: FoundListed): Promise<PlaylistReply> {
    const answer = (now: FoundListed) => playlistText(now, ask, 'plain-playlist');
    const decide = this.#decided(ask, (now) => {
      const { broadcast } = now;
      const isReady = now.window.isEnded || (broadcast.isPlayable && !broadcast.isRecovering);
      return isReady ? answer(now) : undefined;
    });
    const endings = {
      holdMs: window.timing.holdMsMax,
      late: () => {
        const now = this.#findListed(ask);
        if (now.kind === 'refused') return now;
        now.broadcast.giveUpRecovery();
        return now.broadcast.isPlayable ? answer(now) : refused('held-too-long');
      },
      dismissed: () => refused('publisher-lost'),
    };
    const topic = `${ask.broadcastId}/${ask.renditionId}/plain/${formOf(ask)}`;
    return (await this.#playlists.wait(topic, decide, endings)) ?? TOO_MANY;
  }

  /** Looks everything up anew at each decision: a relay's copy is replaced when it has lost its channel and found it. */
  #decided(ask: PlaylistAsk, decide: (now: FoundListed) => PlaylistReply | undefined): () => PlaylistReply | undefined {
    return () => {
      const now = this.#findListed(ask);
      return now.kind === 'refused' ? now : decide(now);
    };
  }

  /** A rendition as it is encoded, or one that is muxed. */
  #findListed({ broadcastId, renditionId }: PlaylistAsk): FoundListed | Refused {
    const broadcast = this.#viewable.broadcast(broadcastId);
    if (broadcast === undefined) return refused('no-such-broadcast');
    const listed = broadcast.window && listedRendition(broadcast.window, renditionId);
    return listed === undefined ? refused('no-such-rendition') : { kind: 'found', broadcast, ...listed };
  }

  #findEncoded({ broadcastId, renditionId }: MediaAsk): FoundEncoded | Refused {
    const broadcast = this.#viewable.broadcast(broadcastId);
    if (broadcast === undefined) return refused('no-such-broadcast');
    const { window } = broadcast;
    const rendition = broadcast.rendition(renditionId);
    if (window === undefined || rendition === undefined) return refused('no-such-rendition');
    return { kind: 'found', broadcast, window, rendition };
  }
}

const TOO_MANY = refused('too-many-waiting');

interface FoundListed {
  readonly kind: 'found';
  readonly broadcast: Broadcast;
  readonly window: Presentation;
  readonly rendition: RenditionView;
}

interface FoundEncoded extends FoundListed {
  readonly window: LiveWindow;
  readonly rendition: RenditionWindow;
}

function mediaTopic(file: MediaFile): string {
  if (file.kind === 'init') return 'init';
  return file.kind === 'part' ? partFileName(file.msn, file.partIndex) : segmentFileName(file.msn);
}

function playlistText(
  { broadcast, window, rendition }: FoundListed,
  { skip, bucketUrl }: PlaylistAsk,
  kind: 'blocked-playlist' | 'plain-playlist',
): PlaylistReply {
  const { targetDurationS } = window.timing;
  const cache: CacheClass = window.isEnded ? { kind: 'ended-playlist', targetDurationS } : { kind, targetDurationS };
  return { kind: 'playlist', text: broadcast.playlist(window, rendition, { skip, bucketUrl }), cache };
}

/** What else two playlists of the same moment can differ in. */
function formOf({ skip, bucketUrl }: PlaylistAsk): string {
  return `${skip ?? ''} ${bucketUrl ?? ''}`;
}
