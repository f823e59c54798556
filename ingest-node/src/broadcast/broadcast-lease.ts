import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthorizeAnswer, ChannelId, LeaseAnswer } from '@sluice/contracts';
import type { ChannelAccess } from '../control/edge-client.ts';
import type { CallOutcome } from '../control/json-call.ts';
import type { MediaStore } from '../publish/media-store.ts';
import { type TakenLease, withUntoldParts } from '../publish/untold-parts.ts';
import type { BroadcastServices, LeasePatience } from './broadcast-services.ts';
import { GrantKeeper, type GrantKeeperOptions } from './grant-keeper.ts';

/** Longer than a node may be quiet before the edge gives its channel to another one; shorter than encoders wait. */
const LEASE_PATIENCE: LeasePatience = { everyMs: 500, forMs: 5_000 };

export interface BroadcastLeaseOptions extends Pick<GrantKeeperOptions, 'onRefused' | 'onTrouble' | 'onRenewed'> {
  readonly services: BroadcastServices;
  readonly authorized: AuthorizeAnswer;
  /** Where the broadcast's objects are. */
  readonly store: MediaStore;
}

/** The right of one broadcast to its channel: the control API's yes, kept fresh, and the edge's lease. */
export class BroadcastLease {
  readonly #services: BroadcastServices;
  readonly #channelId: ChannelId;
  readonly #grants: GrantKeeper;
  readonly #store: MediaStore;
  #authorized: AuthorizeAnswer;
  #answer: TakenLease | undefined;
  #asked: Promise<unknown> = Promise.resolve();

  constructor({ services, authorized, store, ...listener }: BroadcastLeaseOptions) {
    this.#services = services;
    this.#channelId = authorized.settings.channelId;
    this.#authorized = authorized;
    this.#store = store;
    const renew = (grant: string) => services.control.renew({ grant, nodeId: services.nodeId });
    this.#grants = new GrantKeeper(authorized, { renew, ...listener });
  }

  /** The newest yes of the control API to one of the broadcast's publishers. */
  get authorized(): AuthorizeAnswer {
    return this.#authorized;
  }

  /** The channel, with the grant of the moment. */
  get access(): ChannelAccess {
    return { channelId: this.#channelId, grant: this.#grants.current };
  }

  /** `undefined` as long as the edge has given none. */
  get answer(): TakenLease | undefined {
    return this.#answer;
  }

  /** Another publisher was let in, or the same one again. */
  authorize(authorized: AuthorizeAnswer): void {
    this.#authorized = authorized;
    this.#grants.replace(authorized);
  }

  /** The control API has other settings of the channel: they come with a fresh grant. */
  renewNow(): void {
    this.#grants.renewNow();
  }

  /** Asks the edge for it, as long as it is wanted, and the bucket for what the edge does not know. Never rejects. */
  async ask(isWanted: () => boolean): Promise<CallOutcome<TakenLease>> {
    const asking = this.#ask(isWanted);
    this.#asked = asking;
    const outcome = await asking;
    if (outcome.kind === 'answered') this.#answer = outcome.answer;
    return outcome;
  }

  /** It was asked for by somebody else. */
  adopt(answer: TakenLease): void {
    this.#answer = answer;
  }

  /** Hands it back, if there is one; one that was asked for comes first. Never rejects. */
  async giveBack(expectsSuccessor: boolean): Promise<void> {
    await this.#asked;
    if (this.#answer === undefined) return;
    const { broadcastId, epoch } = this.#answer;
    const outcome = await this.#services.edge.returnLease(this.access, { broadcastId, epoch, expectsSuccessor });
    if (outcome.kind === 'answered') return;
    const facts = { channelId: this.#channelId, broadcastId, epoch, outcome: outcome.kind };
    this.#services.logger.warn(facts, 'the lease was not handed back');
  }

  /** It is not kept fresh any more. Resolves when nothing is under way. Never rejects. */
  async close(): Promise<void> {
    await this.#asked;
    this.#grants.close();
  }

  /**
   * Where a channel refuses a second publisher, and its node has died with the first one, the edge takes some seconds to
   * be sure of it: the encoder that came back waits for so long rather than to be sent away.
   */
  async #ask(isWanted: () => boolean): Promise<CallOutcome<TakenLease>> {
    const { edge, nodeId, leasePatience: { everyMs, forMs } = LEASE_PATIENCE } = this.#services;
    for (let waitedMs = 0; ; waitedMs += everyMs) {
      const outcome = await edge.lease(this.access, { nodeId, standsBy: false });
      if (outcome.kind === 'answered') return { kind: 'answered', answer: await this.#taken(outcome.answer) };
      const isInUse = outcome.kind === 'refused' && outcome.code === 'channel-in-use';
      if (!isInUse || waitedMs >= forMs || !isWanted()) return outcome;
      await sleep(everyMs);
    }
  }

  #taken(lease: LeaseAnswer): Promise<TakenLease> {
    return withUntoldParts({ channelId: this.#channelId, lease, store: this.#store });
  }
}
