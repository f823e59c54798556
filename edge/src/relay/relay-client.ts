import type { Fetches } from '../audience/fetches.ts';
import type { AudienceReply, FiguresReply, PolicyReply, Refused } from '../channel/channel-replies.ts';
import type { ChannelViewing } from '../channel/channel-viewing.ts';
import type { Relayed, RelayObject } from './relay.object.ts';

type ViewingMethod = 'multivariant' | 'manifest' | 'playlist' | 'media' | 'status' | 'thumbnails';
type Ask<Method extends ViewingMethod> = Parameters<ChannelViewing[Method]>;
type Answer<Method extends ViewingMethod> = Promise<Awaited<ReturnType<ChannelViewing[Method]>> | Refused>;

/** What viewers' requests ask of a channel, whoever answers: its own object, or a relay. */
export type ViewingCalls = { [Method in ViewingMethod]: (...ask: Ask<Method>) => Answer<Method> } & AudienceCalls;

/** And what an isolate tells of its viewers, and asks of all of them. */
export interface AudienceCalls {
  /** They fetched this since it was told last. */
  count(fetches: Fetches): Promise<AudienceReply | Refused>;
  audience(): Promise<AudienceReply | Refused>;
  /** And how it is for them. */
  figures(): Promise<FiguresReply | Refused>;
  /** Which playback tokens were revoked, and which sites may embed the channel. */
  policy(): Promise<PolicyReply | Refused>;
}

/** A relay's calls, without the platform's own additions to the types. */
export type RelayCalls = Pick<RelayObject, keyof ViewingCalls | 'shards'>;

/** Asks a relay, and passes on what it says about how many of them there are. */
export class RelayClient implements ViewingCalls {
  readonly #relay: RelayCalls;
  readonly #noteShards: (shards: number) => void;

  constructor(relay: RelayCalls, noteShards: (shards: number) => void) {
    this.#relay = relay;
    this.#noteShards = noteShards;
  }

  multivariant(...ask: Ask<'multivariant'>): Answer<'multivariant'> {
    return this.#open(this.#relay.multivariant(...ask));
  }

  manifest(...ask: Ask<'manifest'>): Answer<'manifest'> {
    return this.#open(this.#relay.manifest(...ask));
  }

  playlist(...ask: Ask<'playlist'>): Answer<'playlist'> {
    return this.#open(this.#relay.playlist(...ask));
  }

  media(...ask: Ask<'media'>): Answer<'media'> {
    return this.#open(this.#relay.media(...ask));
  }

  status(...ask: Ask<'status'>): Answer<'status'> {
    return this.#open(this.#relay.status(...ask));
  }

  thumbnails(...ask: Ask<'thumbnails'>): Answer<'thumbnails'> {
    return this.#open(this.#relay.thumbnails(...ask));
  }

  count(fetches: Fetches): Promise<AudienceReply | Refused> {
    return this.#open(this.#relay.count(fetches));
  }

  audience(): Promise<AudienceReply | Refused> {
    return this.#open(this.#relay.audience());
  }

  figures(): Promise<FiguresReply | Refused> {
    return this.#open(this.#relay.figures());
  }

  policy(): Promise<PolicyReply | Refused> {
    return this.#open(this.#relay.policy());
  }

  /** Only to be told how many relays there are. */
  async learnShards(): Promise<void> {
    await this.#open(this.#relay.shards());
  }

  async #open<Reply>(relayed: Promise<Relayed<Reply>>): Promise<Reply | Refused> {
    const { reply, shards } = await relayed;
    if (shards !== undefined) this.#noteShards(shards);
    return reply;
  }
}
