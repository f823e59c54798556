import type { BroadcastId } from '@sluice/contracts';
import type { ChannelAudience } from '../audience/channel-audience.ts';
import type { Broadcast } from '../channel/broadcast.ts';
import type { Channel } from '../channel/channel.ts';
import type { Lease } from '../channel/lease.ts';
import type { EventDraft } from './event-draft.ts';
import { type SeenBroadcast, ToldBroadcast, type ToldRecord } from './told-broadcast.ts';
import type { BroadcastSight } from './told-life.ts';

/** The audience is added up this often. */
const COUNT_EVERY_MS = 10_000;

/** What storage does not know yet. */
export interface WitnessChanges {
  readonly told: readonly ToldRecord[];
  readonly forgotten: readonly BroadcastId[];
}

/**
 * Watches a channel's broadcasts and says what there is to tell of them. It looks at what is, and not at what happened:
 * so a restart loses nothing, for what was not told then is seen again. Time is an argument.
 */
export class BroadcastWitness {
  readonly #channel: Channel;
  readonly #audience: ChannelAudience;
  readonly #told: Map<BroadcastId, ToldBroadcast>;
  readonly #unstored = new Set<BroadcastId>();
  #countedAtMs = 0;

  constructor(channel: Channel, audience: ChannelAudience, kept: readonly ToldRecord[]) {
    this.#channel = channel;
    this.#audience = audience;
    this.#told = new Map(kept.map((record) => [record.broadcastId, new ToldBroadcast(record)]));
  }

  get isUnstored(): boolean {
    return this.#unstored.size > 0;
  }

  /**
   * Looks at what the channel is now.
   *
   * @param isHeard its lease's holder has just said something.
   */
  observe(nowMs: number, isHeard: boolean): EventDraft[] {
    const { broadcasts, current, lease } = this.#channel;
    const drafts = [...broadcasts].flatMap((broadcast) => {
      const presence = broadcast === current ? presenceOf(lease, isHeard) : undefined;
      return this.#noted(this.#toldOf(broadcast.broadcastId), (told) =>
        told.see(this.#seen(broadcast, presence), nowMs),
      );
    });
    return [...drafts, ...this.#forgetGone(nowMs), ...this.#count(nowMs)];
  }

  /** What changed since it was asked; asked once, it is taken as stored. */
  takeChanges(): WitnessChanges {
    const ids = [...this.#unstored];
    this.#unstored.clear();
    return {
      told: ids.flatMap((id) => this.#told.get(id)?.record ?? []),
      forgotten: ids.filter((id) => !this.#told.has(id)),
    };
  }

  #toldOf(broadcastId: BroadcastId): ToldBroadcast {
    const told = this.#told.get(broadcastId) ?? new ToldBroadcast({ broadcastId });
    this.#told.set(broadcastId, told);
    return told;
  }

  #noted(told: ToldBroadcast, look: (told: ToldBroadcast) => EventDraft[]): EventDraft[] {
    const stateBefore = told.state;
    const drafts = look(told);
    if (drafts.length > 0 || told.state !== stateBefore) this.#unstored.add(told.broadcastId);
    return drafts;
  }

  #seen(broadcast: Broadcast, presence: BroadcastSight['presence']): SeenBroadcast {
    const { broadcastId, window, endReason, isRecorded } = broadcast;
    const isOver = broadcast.endedAtMs !== undefined;
    const liveMs = window?.endMs ?? 0;
    return {
      // Of what ended too early to be started, what is left can be played.
      isPlayable: broadcast.isPlayable || (isOver && liveMs > 0),
      presence,
      isOver,
      description: window?.description,
      isRecorded,
      // Ends that a restart came after were told before it.
      endReason: endReason ?? 'publisher-gone',
      viewers: undefined,
      ...this.#audience.sums(broadcastId),
      liveMs,
    };
  }

  #count(nowMs: number): EventDraft[] {
    const { current, lease } = this.#channel;
    if (current?.window === undefined || lease?.state !== 'held') return [];
    if (Math.abs(nowMs - this.#countedAtMs) < COUNT_EVERY_MS) return [];
    this.#countedAtMs = nowMs;
    const figures = {
      viewers: this.#audience.count(nowMs)?.viewers,
      ...this.#audience.sums(current.broadcastId),
      liveMs: current.window.endMs,
    };
    return this.#noted(this.#toldOf(current.broadcastId), (told) => told.count(figures, nowMs));
  }

  /** Broadcasts that the channel does not know any more. One whose rows could not be read had not ended for its owner. */
  #forgetGone(nowMs: number): EventDraft[] {
    const gone = [...this.#told.values()].filter(({ broadcastId }) => !this.#channel.broadcast(broadcastId));
    return gone.flatMap((told) => {
      this.#told.delete(told.broadcastId);
      this.#unstored.add(told.broadcastId);
      return told.see(LOST, nowMs);
    });
  }
}

const LOST: SeenBroadcast = {
  isPlayable: false,
  presence: undefined,
  isOver: true,
  description: undefined,
  isRecorded: false,
  endReason: 'publisher-gone',
  viewers: undefined,
  views: 0,
  watchedMs: 0,
  liveMs: 0,
};

/** After a restart it is not known until the holder says something: what it said last was not stored. */
function presenceOf(lease: Lease | undefined, isHeard: boolean): BroadcastSight['presence'] {
  if (lease?.state === 'lost') return 'absent';
  if (lease?.state !== 'held' || !isHeard) return undefined;
  return lease.isPublisherAbsent ? 'absent' : 'present';
}
