import {
  AnnounceAnswer,
  type BroadcastId,
  type ChannelId,
  type Delivery,
  type Epoch,
  initKey,
  LeaseAnswer,
  type PartAnnounced,
  partKey,
  type RenditionId,
  type RenditionPlace,
  segmentKey,
} from '@sluice/contracts';
import { edgeFetch, freshChannelId } from './edge-client.ts';
import { partSizeBytes, TestBroadcast, type TestBroadcastOptions } from './test-broadcast.ts';
import { r2Bucket, type TestBucket } from './test-buckets.ts';
import { testGrant } from './test-grant.ts';

export interface TestPublisherOptions extends TestBroadcastOptions {
  /** The Worker's R2 bucket, if absent. */
  readonly bucket?: Pick<TestBucket, 'put'>;
  readonly channelId?: ChannelId;
  readonly nodeId?: string;
  readonly takeover?: string;
  readonly dvrWindowS?: number;
  readonly isPrivate?: boolean;
  readonly delivery?: Delivery;
  readonly isRecorded?: boolean;
}

/** An ingest node with a lease, as the edge sees one: it puts objects into the bucket, then announces them. */
export class TestPublisher {
  readonly broadcast: TestBroadcast;
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly epoch: Epoch;
  readonly #grant: string;
  readonly #bucket: Pick<TestBucket, 'put'>;

  private constructor(known: {
    broadcast: TestBroadcast;
    channelId: ChannelId;
    grant: string;
    lease: LeaseAnswer;
    bucket: Pick<TestBucket, 'put'>;
  }) {
    this.broadcast = known.broadcast;
    this.channelId = known.channelId;
    this.broadcastId = known.lease.broadcastId;
    this.epoch = known.lease.epoch;
    this.#grant = known.grant;
    this.#bucket = known.bucket;
  }

  /** Takes the channel, a fresh one if none is given. */
  static async begin(options: TestPublisherOptions = {}): Promise<TestPublisher> {
    const { channelId = freshChannelId(), nodeId = 'node-a', takeover = 'take-over', dvrWindowS = 30 } = options;
    const { isPrivate = false, delivery = 'separate', isRecorded = false } = options;
    const claims = { isPrivate, delivery, isRecorded };
    const grant = await testGrant({ channelId, nodeId, takeover, dvrWindowS, claims });
    const answer = await ingestFetch(channelId, 'lease', { grant, body: { nodeId } });
    const lease = LeaseAnswer.parse(await answer.json());
    const { bucket = r2Bucket() } = options;
    return new TestPublisher({ broadcast: new TestBroadcast(options), channelId, grant, lease, bucket });
  }

  /** Begins, and publishes that many parts of every rendition. */
  static async live(partCount: number, options: TestPublisherOptions = {}): Promise<TestPublisher> {
    const publisher = await TestPublisher.begin(options);
    await publisher.describe();
    await publisher.publish(0, partCount);
    return publisher;
  }

  /** Where viewers find this broadcast. */
  get path(): string {
    return `/live/${this.channelId}/${this.broadcastId}`;
  }

  place(renditionId: RenditionId): RenditionPlace {
    return { channelId: this.channelId, broadcastId: this.broadcastId, renditionId };
  }

  async describe(): Promise<AnnounceAnswer> {
    for (const { id } of this.broadcast.description.renditions) {
      await this.#bucket.put(initKey(this.place(id), 0), initBytes(id));
    }
    return this.announce([], { description: this.broadcast.description });
  }

  /** Puts and announces the parts number `from` up to, not with, `to`. */
  async publish(from: number, to: number): Promise<AnnounceAnswer> {
    await this.put(from, to);
    return this.announce(this.broadcast.parts(from, to));
  }

  /** Of a rendition that rests nothing is put. */
  async put(from: number, to: number): Promise<void> {
    const parts = this.broadcast.parts(from, to).filter(({ lentBy }) => lentBy === undefined);
    await Promise.all(
      parts.map(({ renditionId, msn, partIndex }) => {
        const { partsPerSegment } = this.broadcast.grid;
        const place = this.place(renditionId);
        // A segment that is one part has the segment's name.
        const key = partsPerSegment === 1 ? segmentKey(place, msn) : partKey(place, msn, partIndex);
        return this.#bucket.put(key, partBytes((msn - 1) * partsPerSegment + partIndex, renditionId));
      }),
    );
  }

  /** The segment's own object, which follows its parts. */
  async putSegment(msn: number, renditionId: RenditionId): Promise<void> {
    await this.#bucket.put(segmentKey(this.place(renditionId), msn), segmentBytes(this.broadcast, msn, renditionId));
  }

  async announce(parts: readonly PartAnnounced[], rest: object = {}): Promise<AnnounceAnswer> {
    const answer = await this.post('announce', { parts, ...rest });
    if (answer.status !== 200) throw new Error(`announcing was answered ${answer.status}: ${await answer.text()}`);
    return AnnounceAnswer.parse(await answer.json());
  }

  returnLease(): Promise<Response> {
    return this.post('lease', {}, 'DELETE');
  }

  /** Anything to the ingest routes, under this publisher's lease. */
  post(what: 'lease' | 'announce', body: object, method = 'POST'): Promise<Response> {
    const { broadcastId, epoch } = this;
    return ingestFetch(this.channelId, what, { grant: this.#grant, body: { broadcastId, epoch, ...body }, method });
  }
}

/** A request to the ingest routes with a grant. */
export function ingestFetch(
  channelId: string,
  what: string,
  { grant, body, method = 'POST' }: { grant: string; body: object; method?: string },
): Promise<Response> {
  const headers = { authorization: `Bearer ${grant}`, 'content-type': 'application/json' };
  return edgeFetch(`/ingest/v1/channels/${channelId}/${what}`, { method, headers, body: JSON.stringify(body) });
}

/** The bytes of an init segment, different from that of other renditions. */
export function initBytes(renditionId: RenditionId): Uint8Array<ArrayBuffer> {
  return new Uint8Array(600).fill(200 + (Number(renditionId.slice(1)) % 50));
}

/** The bytes of a part, different from those of its neighbours. */
export function partBytes(ordinal: number, renditionId: RenditionId): Uint8Array<ArrayBuffer> {
  return new Uint8Array(partSizeBytes(ordinal, renditionId)).fill(ordinal % 251);
}

/** Files one after the other. */
export function joinedBytes(...files: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(files.flatMap((file) => [...file]));
}

export function segmentBytes({ grid }: TestBroadcast, msn: number, renditionId: RenditionId): Uint8Array<ArrayBuffer> {
  const first = (msn - 1) * grid.partsPerSegment;
  return joinedBytes(
    ...Array.from({ length: grid.partsPerSegment }, (_, index) => partBytes(first + index, renditionId)),
  );
}
