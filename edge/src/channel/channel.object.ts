import { DurableObject } from 'cloudflare:workers';
import type { Announcement, LeaseRequest, LeaseReturn } from '@sluice/contracts';
import type { EdgeBindings } from '../environment.ts';
import { log } from '../log.ts';
import { Channel, type PublisherClaims } from './channel.ts';
import type {
  AnnounceReply,
  LeaseReply,
  LeaseReturnReply,
  MediaReply,
  PlaylistReply,
  StatusReply,
} from './channel-replies.ts';
import { channelState } from './channel-state.ts';
import { ChannelStore } from './channel-store.ts';
import { ChannelViewing, type MediaAsk, type PlaylistAsk } from './channel-viewing.ts';
import type { Lease } from './lease.ts';
import { WaitingRoom } from './waiting-room.ts';

/**
 * How long after a change it is stored. The output gate holds every answer while a write is on its way, so those who
 * waited must have theirs before the write is begun. What a crash loses in between the node sends again.
 */
const STORE_DELAY_MS = 50;
/** A status that does not change. Shorter than what proxies on the way put up with. */
const STATUS_HOLD_MS = 25_000;
/** Pages that wait for the channel to go live. Beyond it they are told the status at once, and ask again later. */
const STATUS_WAITING_MAX = 5_000;
/** As broadcast-id.ts wants it. */
const RANDOM_BYTES = 16;

/**
 * One channel, at the rim of its state: the platform's calls go in, rows and alarms come out. Everything is answered
 * out of memory; SQLite is read when the object starts and written after the answers have left.
 */
export class ChannelObject extends DurableObject<EdgeBindings> {
  readonly #store: ChannelStore;
  readonly #channel: Channel;
  readonly #viewing: ChannelViewing;
  readonly #statusRoom = new WaitingRoom<StatusReply>(STATUS_WAITING_MAX);
  #keptLease: Lease | undefined;
  #isStoring = false;

  constructor(state: DurableObjectState, bindings: EdgeBindings) {
    super(state, bindings);
    this.#store = new ChannelStore(state.storage);
    this.#keptLease = this.#store.readLease();
    const broadcasts = this.#keptLease === undefined ? [] : this.#store.readBroadcasts();
    this.#channel = new Channel({ lease: this.#keptLease, broadcasts }, Date.now());
    this.#viewing = new ChannelViewing(this.#channel);
  }

  /** `POST …/lease`. The epoch is stored before the answer leaves: it must never be given twice. */
  async lease(claims: PublisherClaims, request: LeaseRequest): Promise<LeaseReply> {
    this.#passTime();
    const random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
    const reply = this.#channel.askLease(claims, request, { nowMs: Date.now(), random });
    if (reply.kind === 'refused') return reply;
    const { epoch, broadcastId, continues } = reply.answer;
    const isContinued = continues !== undefined;
    log('info', 'lease granted', { broadcastId, epoch, isContinued, nodeId: request.nodeId });
    this.#settle();
    this.#storeNow();
    await this.#setAlarm();
    return reply;
  }

  /** `POST …/announce`. */
  async announce(claims: PublisherClaims, announcement: Announcement): Promise<AnnounceReply> {
    this.#passTime();
    const stateBefore = this.#channel.lease?.state;
    const reply = this.#channel.announce(claims, announcement, Date.now());
    this.#settle();
    // A node that was told that its description is known does not send it again.
    if (announcement.description === undefined) this.#storeLater();
    else this.#storeNow();
    if (stateBefore === 'lost' && this.#channel.lease?.state === 'held') await this.#setAlarm();
    return reply;
  }

  /** `DELETE …/lease`. */
  async returnLease(claims: PublisherClaims, given: LeaseReturn): Promise<LeaseReturnReply> {
    this.#passTime();
    const reply = this.#channel.returnLease(claims, given, Date.now());
    if (reply.kind === 'refused') return reply;
    log('info', 'lease returned', given);
    this.#settle();
    this.#storeLater();
    await this.#setAlarm();
    return reply;
  }

  async multivariant(): Promise<PlaylistReply> {
    return this.#viewing.multivariant();
  }

  async playlist(ask: PlaylistAsk): Promise<PlaylistReply> {
    return this.#viewing.playlist(ask);
  }

  async media(ask: MediaAsk): Promise<MediaReply> {
    return this.#viewing.media(ask);
  }

  /** The channel's state; with `after`, once its version is another, or when nothing has happened for some time. */
  async status(after: string | undefined): Promise<StatusReply> {
    const now = (): StatusReply => ({ kind: 'status', status: channelState(this.#channel.current) });
    const decide = (): StatusReply | undefined => {
      const reply = now();
      return reply.kind === 'status' && reply.status.version === after ? undefined : reply;
    };
    const endings = { holdMs: STATUS_HOLD_MS, late: now, dismissed: now };
    return (await this.#statusRoom.wait(`after ${after}`, decide, endings)) ?? now();
  }

  override async alarm(): Promise<void> {
    this.#passTime();
    this.#storeNow();
    await this.#setAlarm();
  }

  #settle(): void {
    this.#viewing.settle();
    this.#statusRoom.settle();
  }

  #passTime(): void {
    const { isPublisherLost, isBroadcastEnded, forgotten } = this.#channel.passTime(Date.now());
    const { lease } = this.#channel;
    const facts = { broadcastId: lease?.broadcastId, epoch: lease?.epoch };
    if (isPublisherLost) {
      log('warn', 'the publisher is not heard from', facts);
      this.#viewing.dismiss();
    }
    if (isBroadcastEnded) {
      log('info', 'the broadcast ended without its publisher', facts);
      this.#settle();
    }
    for (const broadcastId of forgotten) this.#store.forgetBroadcast(broadcastId);
  }

  /** Once for all that happens within the delay. */
  #storeLater(): void {
    if (this.#isStoring) return;
    this.#isStoring = true;
    setTimeout(() => this.#storeNow(), STORE_DELAY_MS);
  }

  #storeNow(): void {
    this.#isStoring = false;
    const { lease } = this.#channel;
    if (lease !== undefined && isWorthKeeping(lease, this.#keptLease)) {
      this.#store.writeLease(lease);
      this.#keptLease = lease;
    }
    for (const broadcast of this.#channel.broadcasts) {
      if (broadcast.takeIsRecordUnkept()) this.#store.writeBroadcast(broadcast);
      const { window, broadcastId } = broadcast;
      if (window === undefined) continue;
      for (const msn of broadcast.takeKeepable()) this.#store.writeSegment(broadcastId, window, msn);
    }
  }

  async #setAlarm(): Promise<void> {
    const { deadlineMs } = this.#channel;
    if (deadlineMs === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(deadlineMs);
  }
}

/** When its holder was last heard, and whether anybody sends, is said again with every word, and is worth no row. */
function isWorthKeeping(lease: Lease, kept: Lease | undefined): boolean {
  return lease.epoch !== kept?.epoch || lease.state !== kept.state || lease.takenFrom !== kept.takenFrom;
}
