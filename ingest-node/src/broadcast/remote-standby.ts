import type { AuthorizeAnswer, CheckReason, LeaseAnswer, RenewAnswer, StorageCredentials } from '@sluice/contracts';
import type { ChannelAccess } from '../control/edge-client.ts';
import type { CallOutcome } from '../control/json-call.ts';
import { type NodeRefusalCode, publishRefusal, refusalOfPeer } from '../control/publish-refusals.ts';
import type { PublishedEvent } from '../media/source.ts';
import type { TakenLease } from '../publish/untold-parts.ts';
import type { PublishEnd, PublishRefusal, PublishSink } from '../server/publisher.ts';
import { type AdmittedPublisher, checkedPublisher } from './admitted-publisher.ts';
import { GrantKeeper, type GrantKeeperOptions } from './grant-keeper.ts';
import type { Checkable } from './publisher-check.ts';
import { SourceMemory } from './source-memory.ts';

/** How often the edge is asked for the channel: twice a second keeps a handover within two. */
const ASK_EVERY_MS = 500;

export interface RemoteStandbyOptions {
  readonly publisher: AdmittedPublisher;
  readonly askLease: (access: ChannelAccess) => Promise<CallOutcome<LeaseAnswer>>;
  /** What the bucket has of the broadcast that the edge does not know of; with these credentials. Never rejects. */
  readonly lookFor: (lease: LeaseAnswer, storage: StorageCredentials | undefined) => Promise<TakenLease>;
  readonly renew: GrantKeeperOptions['renew'];
  readonly onTrouble: (why: string) => void;
  /**
   * The channel is ours: the broadcast goes on here, by what the control API has said of the publisher last. The answer is
   * where the publisher's media goes from now on.
   */
  readonly onGranted: (lease: TakenLease, publisher: AdmittedPublisher) => PublishSink;
  /** The channel came too late: nobody stands by for it any more, and the next one is not to wait for us. */
  readonly returnLease: (access: ChannelAccess, lease: LeaseAnswer) => Promise<unknown>;
  /** It does not stand by any more. */
  readonly onOver: () => void;
  readonly everyMs?: number;
}

/** A backup whose primary publishes to another node: it waits for that node to hand the channel on, or to die. */
export class RemoteStandby implements Checkable {
  readonly #options: RemoteStandbyOptions;
  readonly #grants: GrantKeeper;
  readonly #memory = new SourceMemory();
  /** Of the last renewal: it may have stood by for hours. */
  #renewed: RenewAnswer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sink: PublishSink | undefined;
  #isOver = false;

  constructor(options: RemoteStandbyOptions) {
    this.#options = options;
    this.#grants = new GrantKeeper(this.#authorized, {
      renew: options.renew,
      onRenewed: (answer) => {
        const { storage } = this.#fresh;
        // Where none came with it, those that there are stay.
        this.#renewed = { ...(storage && { storage }), ...answer };
      },
      onRefused: (code) => this.#dismiss(refusalOfPeer(code)),
      onTrouble: options.onTrouble,
    });
    this.#wait();
  }

  get checked() {
    return checkedPublisher(this.#authorized);
  }

  cut(reason: CheckReason): void {
    this.#dismiss(refusalOfPeer(reason));
  }

  /** Sends the publisher away. */
  close(code: NodeRefusalCode): void {
    this.#dismiss(publishRefusal(code));
  }

  /** Where the publisher's media goes: kept, and from the handover on passed through. */
  get sink(): PublishSink {
    return {
      onEvent: (event) => this.#receive(event),
      onHeard: () => this.#sink?.onHeard?.(),
      onWarning: (sentence) => this.#sink?.onWarning?.(sentence),
      onFigures: (figures) => this.#sink?.onFigures?.(figures),
      onEnd: (end) => this.#left(end),
    };
  }

  get #authorized(): AuthorizeAnswer {
    return this.#options.publisher.authorized;
  }

  /** When it was let in is what counts where it is asked about; a grant and credentials have an end. */
  get #fresh(): AuthorizeAnswer {
    const { grant, grantExpiresAtMs, storage } = this.#renewed ?? this.#authorized;
    return { ...this.#authorized, grant, grantExpiresAtMs, ...(storage && { storage }) };
  }

  #wait(): void {
    this.#timer = setTimeout(() => void this.#ask(), this.#options.everyMs ?? ASK_EVERY_MS);
  }

  async #ask(): Promise<void> {
    const { channelId } = this.#authorized.settings;
    const access = { channelId, grant: this.#grants.current };
    const outcome = await this.#options.askLease(access);
    if (outcome.kind === 'answered') await this.#granted(outcome.answer, access);
    else if (!this.#isOver) this.#refused(outcome);
  }

  async #granted(answer: LeaseAnswer, access: ChannelAccess): Promise<void> {
    const lease = this.#isOver ? undefined : await this.#options.lookFor(answer, this.#fresh.storage);
    if (lease === undefined || this.#isOver) await this.#options.returnLease(access, answer);
    else this.#handOver(lease);
  }

  #refused(outcome: Exclude<CallOutcome<LeaseAnswer>, { readonly kind: 'answered' }>): void {
    // That another one has the channel is what it waits to change.
    if (outcome.kind === 'unreachable') this.#options.onTrouble(outcome.why);
    else if (outcome.code !== 'channel-in-use') {
      this.#dismiss(refusalOfPeer(outcome.code));
      return;
    }
    this.#wait();
  }

  #handOver(lease: TakenLease): void {
    const sink = this.#options.onGranted(lease, { ...this.#options.publisher, authorized: this.#fresh });
    this.#sink = sink;
    this.#end();
    for (const event of this.#memory.events()) sink.onEvent(event);
    this.#memory.clear();
  }

  #receive(event: PublishedEvent): void {
    if (this.#sink !== undefined) this.#sink.onEvent(event);
    else if (event.kind !== 'samples') this.#memory.push(event);
  }

  #left(end: PublishEnd): void {
    this.#end();
    this.#sink?.onEnd(end);
  }

  #dismiss(refusal: PublishRefusal): void {
    if (this.#isOver) return;
    this.#end();
    this.#options.publisher.handle.close(refusal);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#grants.close();
    this.#options.onOver();
  }
}
