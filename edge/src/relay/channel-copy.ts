import { type BroadcastId, RenditionId } from '@sluice/contracts';
import { Broadcast, type KeptBroadcast } from '../channel/broadcast.ts';
import type { Viewable } from '../channel/channel-viewing.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { isBefore } from '../window/rendition-window.ts';
import { WindowError } from '../window/window-error.ts';
import type { FeedBroadcast, FeedEvent } from './feed-event.ts';
import { FeedError } from './feed-lines.ts';

/** A channel's broadcasts as its object has them, kept up by its feed. */
export class ChannelCopy implements Viewable {
  #broadcasts = new Map<BroadcastId, Broadcast>();
  #currentId: BroadcastId | undefined;
  #isFilled = false;

  /** There was a snapshot: it is known what the channel is. */
  get isFilled(): boolean {
    return this.#isFilled;
  }

  get current(): Broadcast | undefined {
    return this.#currentId === undefined ? undefined : this.#broadcasts.get(this.#currentId);
  }

  broadcast(broadcastId: BroadcastId): Broadcast | undefined {
    return this.#broadcasts.get(broadcastId);
  }

  /** Takes the next event of the feed. Throws FeedError when the copy is not what the channel's object takes it for. */
  apply(event: FeedEvent): void {
    switch (event.kind) {
      case 'snapshot':
        this.#fill(event);
        return;
      case 'begun':
        this.#currentId = event.broadcast.broadcastId;
        this.#broadcasts.set(event.broadcast.broadcastId, Broadcast.restore(keptOf(event.broadcast)));
        return;
      case 'announced':
        this.#announced(event);
        return;
      case 'ended':
        this.#known(event.broadcastId).end(event.endedAtMs);
        return;
      case 'forgotten':
        for (const broadcastId of event.broadcastIds) this.#broadcasts.delete(broadcastId);
        return;
      case 'publisher-lost':
      case 'policy':
      case 'beat':
        return;
      default:
        event satisfies never;
    }
  }

  #fill(snapshot: Extract<FeedEvent, { kind: 'snapshot' }>): void {
    const before = this.#broadcasts;
    this.#broadcasts = new Map(
      snapshot.broadcasts.map((fed) => [fed.broadcastId, caughtUp(before.get(fed.broadcastId), keptOf(fed))]),
    );
    this.#currentId = snapshot.currentId ?? undefined;
    this.#isFilled = true;
  }

  #announced(event: Extract<FeedEvent, { kind: 'announced' }>): void {
    const { broadcastId, description, parts, dateRanges, thumbnails, next } = event;
    const broadcast = this.#known(broadcastId);
    try {
      if (description !== undefined) broadcast.describe(description);
      if (broadcast.window !== undefined) broadcast.append(broadcast.window, parts, dateRanges);
      if (thumbnails !== undefined) broadcast.takeThumbnails(thumbnails);
    } catch (error) {
      // The channel's object refused the same part, and took those before it.
      if (!(error instanceof WindowError)) throw error;
    }
    for (const [id, { next: own }] of broadcast.window?.renditions ?? []) {
      const theirs = next[id];
      if (theirs !== undefined && isBefore(own, theirs)) throw new FeedError('out-of-step');
    }
  }

  #known(broadcastId: BroadcastId): Broadcast {
    const broadcast = this.#broadcasts.get(broadcastId);
    if (broadcast === undefined) throw new FeedError('out-of-step');
    return broadcast;
  }
}

function keptOf({ states, description, endedAtMs, ...rest }: FeedBroadcast): KeptBroadcast {
  return {
    ...rest,
    description,
    endedAtMs,
    states: new Map(Object.entries(states).map(([id, state]) => [RenditionId.parse(id), state] as const)),
  };
}

/**
 * What a relay has after it lost its channel's object and found it again. An object that restarted may have less than
 * it had announced to viewers, until the ingest node has sent it again; so of each rendition the longer one stays, and
 * no playlist steps back.
 */
export function caughtUp(own: Broadcast | undefined, kept: KeptBroadcast): Broadcast {
  const theirs = Broadcast.restore(kept);
  if (own?.window === undefined || theirs.window === undefined || theirs.endedAtMs !== undefined) return theirs;
  const longer = longerOf(own.window, theirs.window);
  if (longer.size === 0) return theirs;
  const states = new Map(kept.states);
  for (const id of longer) {
    const state = own.window.renditions.get(id)?.state();
    if (state !== undefined) states.set(id, state);
  }
  // What this copy has is not waited for; where they are as long, neither.
  const recovering = [...(kept.recovering ?? kept.states.keys())].filter((id) =>
    isBehind(own.window, theirs.window, id),
  );
  // Where encoders before a seam end is forgotten at its end: an old place must not come back.
  const cut = isSameInits(own.window, theirs.window) ? (own.window.cut ?? kept.cut) : kept.cut;
  return Broadcast.restore({ ...kept, states, cut, recovering });
}

/** Renditions of which the first window has more than the second. */
function longerOf(one: LiveWindow, other: LiveWindow): Set<RenditionId> {
  return new Set([...one.renditions.keys()].filter((id) => isBehind(other, one, id)));
}

/** The first window lacks something of a rendition that the second has. */
function isBehind(one: LiveWindow | undefined, other: LiveWindow | undefined, id: RenditionId): boolean {
  const [next, otherNext] = [one?.renditions.get(id)?.next, other?.renditions.get(id)?.next];
  return next !== undefined && otherNext !== undefined && isBefore(next, otherNext);
}

function isSameInits(one: LiveWindow, other: LiveWindow): boolean {
  const versions = ({ description }: LiveWindow) => description.renditions.map(({ initVersion }) => initVersion).join();
  return versions(one) === versions(other);
}
