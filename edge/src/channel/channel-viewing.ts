import { type BroadcastId, type MediaFile, partFileName, type RenditionId, segmentFileName } from '@sluice/contracts';
import type { CacheClass } from '../http/cache-control.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { mayHaveBeenListed, mediaGate } from '../window/media-gate.ts';
import { multivariantPlaylist } from '../window/multivariant-playlist.ts';
import type { ReloadDirectives } from '../window/reload-directives.ts';
import { isSatisfied, reloadGate } from '../window/reload-gate.ts';
import { reloadView } from '../window/reload-view.ts';
import type { RenditionWindow } from '../window/rendition-window.ts';
import type { Broadcast } from './broadcast.ts';
import { type MediaReply, type PlaylistReply, type Refused, refused } from './channel-replies.ts';
import { WaitingRoom } from './waiting-room.ts';

/**
 * Requests held at once by one channel object. Each costs some kilobytes of its 128 MB, and an object answers about a
 * thousand requests a second, so more than this would take too long to release. Beyond it: 503.
 */
const WAITING_MAX = 5_000;
/** A broadcast that nobody has described yet has no target duration; this is three of the usual ones. */
const UNDESCRIBED_HOLD_MS = 6_000;
/**
 * A reload that asks for something at most this many segments old shares one cached answer with others like it. What
 * is older is a plain request in disguise, and a long-lived answer to it would start a viewer far behind.
 */
const SHARED_RELOAD_SEGMENTS = 3;

export interface PlaylistAsk {
  readonly broadcastId: BroadcastId;
  readonly renditionId: RenditionId;
  readonly directives: ReloadDirectives | undefined;
}

export interface MediaAsk {
  readonly broadcastId: BroadcastId;
  readonly renditionId: RenditionId;
  readonly file: MediaFile;
}

/** The broadcasts that viewers may ask for. */
export interface Viewable {
  /** The newest, ended or not. */
  readonly current: Broadcast | undefined;
  broadcast(broadcastId: BroadcastId): Broadcast | undefined;
}

/** The viewers' half of the channel: what is answered now, what is held, and until when. */
export class ChannelViewing {
  readonly #viewable: Viewable;
  readonly #playlists = new WaitingRoom<PlaylistReply>(WAITING_MAX);
  readonly #media = new WaitingRoom<MediaReply>(WAITING_MAX);

  constructor(viewable: Viewable) {
    this.#viewable = viewable;
  }

  /** Some window changed: whoever waited for that is answered. */
  settle(): void {
    this.#playlists.settle();
    this.#media.settle();
  }

  /** The publisher was lost: better a clear no than a wait that will end in one (HLS-RULES.md A3.34, A5.43). */
  dismiss(): void {
    this.#playlists.dismiss();
    this.#media.dismiss();
  }

  /** The multivariant playlist; held while the broadcast is starting. */
  async multivariant(): Promise<PlaylistReply> {
    const offline = refused('channel-offline');
    const decide = (): PlaylistReply | undefined => {
      const { current } = this.#viewable;
      if (current === undefined || current.endedAtMs !== undefined) return offline;
      if (current.window === undefined || !current.isPlayable) return undefined;
      const text = multivariantPlaylist(current.window, current.broadcastId);
      return { kind: 'playlist', text, cache: { kind: 'multivariant' } };
    };
    const holdMs = this.#viewable.current?.window?.timing.holdMsMax ?? UNDESCRIBED_HOLD_MS;
    const ending = () => offline;
    return (await this.#playlists.wait('index', decide, { holdMs, late: ending, dismissed: ending })) ?? TOO_MANY;
  }

  /** A media playlist: now, or when it contains what the directives ask for (rfc8216bis §6.2.5.2). */
  async playlist({ broadcastId, renditionId, directives }: PlaylistAsk): Promise<PlaylistReply> {
    const found = this.#find(broadcastId, renditionId);
    if (found.kind === 'refused') return found;
    const { broadcast, window, rendition } = found;
    if (directives === undefined) return this.#plainPlaylist(found);
    const verdict = reloadGate(reloadView(window, rendition), directives);
    // What is too far for a window that a restart set back may be just the next part.
    if (verdict.kind === 'too-far' && !broadcast.isRecovering) return refused('directive-too-far', verdict.detail);
    const decide = (): PlaylistReply | undefined => {
      const view = reloadView(window, rendition);
      if (!isSatisfied(view, directives)) return undefined;
      const isShared = directives.msn > view.lastMsn - SHARED_RELOAD_SEGMENTS;
      return playlistText(broadcast, found, isShared ? 'blocked-playlist' : 'plain-playlist');
    };
    const topic = `${broadcastId}/${renditionId}/${directives.msn}.${directives.partIndex ?? ''}`;
    const endings = {
      holdMs: window.timing.holdMsMax,
      late: () => refused('held-too-long'),
      dismissed: () => refused('publisher-lost'),
    };
    return (await this.#playlists.wait(topic, decide, endings)) ?? TOO_MANY;
  }

  /** Of a media file that is not in the bucket: wait for it, look again, put it together, or give up. */
  async media({ broadcastId, renditionId, file }: MediaAsk): Promise<MediaReply> {
    const found = this.#find(broadcastId, renditionId);
    if (found.kind === 'refused') return found;
    const { broadcast, window, rendition } = found;
    const decide = (): MediaReply | undefined => {
      const verdict = mediaGate(window, rendition, file);
      if (verdict.kind === 'hinted') return undefined;
      if (verdict.kind !== 'absent') return verdict;
      const isAwaited = broadcast.isRecovering && mayHaveBeenListed(rendition, file);
      return isAwaited ? undefined : refused('no-such-media');
    };
    const endings = {
      holdMs: window.timing.holdMsMax,
      late: () => refused('held-too-long'),
      dismissed: () => refused('no-such-media'),
    };
    const topic = `${broadcastId}/${renditionId}/${mediaTopic(file)}`;
    return (await this.#media.wait(topic, decide, endings)) ?? TOO_MANY;
  }

  /** Held while a player could not use the playlist, and after a restart while it might step back. */
  async #plainPlaylist(found: Found): Promise<PlaylistReply> {
    const { broadcast, window } = found;
    const isReady = () => window.isEnded || (broadcast.isPlayable && !broadcast.isRecovering);
    const answer = () => playlistText(broadcast, found, 'plain-playlist');
    const endings = {
      holdMs: window.timing.holdMsMax,
      late: () => {
        broadcast.giveUpRecovery();
        return broadcast.isPlayable ? answer() : refused('held-too-long');
      },
      dismissed: () => refused('publisher-lost'),
    };
    const topic = `${broadcast.broadcastId}/${found.rendition.rendition.id}/plain`;
    return (await this.#playlists.wait(topic, () => (isReady() ? answer() : undefined), endings)) ?? TOO_MANY;
  }

  #find(broadcastId: BroadcastId, renditionId: RenditionId): Found | Refused {
    const broadcast = this.#viewable.broadcast(broadcastId);
    if (broadcast === undefined) return refused('no-such-broadcast');
    const { window } = broadcast;
    const rendition = broadcast.rendition(renditionId);
    if (window === undefined || rendition === undefined) return refused('no-such-rendition');
    return { kind: 'found', broadcast, window, rendition };
  }
}

const TOO_MANY = refused('too-many-waiting');

interface Found {
  readonly kind: 'found';
  readonly broadcast: Broadcast;
  readonly window: LiveWindow;
  readonly rendition: RenditionWindow;
}

function mediaTopic(file: MediaFile): string {
  if (file.kind === 'init') return 'init';
  return file.kind === 'part' ? partFileName(file.msn, file.partIndex) : segmentFileName(file.msn);
}

function playlistText(
  broadcast: Broadcast,
  { window, rendition }: Found,
  kind: 'blocked-playlist' | 'plain-playlist',
): PlaylistReply {
  const { targetDurationS } = window.timing;
  const cache: CacheClass = window.isEnded ? { kind: 'ended-playlist', targetDurationS } : { kind, targetDurationS };
  return { kind: 'playlist', text: broadcast.playlist(window, rendition), cache };
}
