import {
  type BroadcastDescription,
  type ChannelId,
  FIRST_PART,
  initKey,
  type LeaseAnswer,
  type MediaGrid,
  mediaGrid,
  type NextPart,
  type NextParts,
  PartAnnounced,
  partKey,
  partNumber,
  partPlace,
  type Rendition,
  type RenditionId,
  segmentKey,
} from '@sluice/contracts';
import { gapParts } from '../package/gap-parts.ts';
import type { MediaStore } from './media-store.ts';

/** All of it; viewers wait meanwhile. What could not be seen by then counts as not there. */
const LOOK_MS_MAX = 1_000;
/** Of each rendition: four segments of most profiles, and more than encoders would make good for. */
const UNTOLD_PARTS_MAX = 16;

/**
 * Parts that are in the bucket and that the edge was not told of, because their node was lost between the two. They are as
 * good as those that it was told of, and nobody else can put anything under their names.
 */
export interface UntoldParts {
  /** As they are to be announced, in order within each rendition. */
  readonly parts: readonly PartAnnounced[];
  /** The part of each rendition that is due after them. */
  readonly next: NextParts;
  /** Why not everything could be looked at, if that is so. */
  readonly trouble?: string;
}

/** A lease, and what there is of its broadcast that the edge did not know when it gave it. */
export interface TakenLease extends LeaseAnswer {
  readonly untold: UntoldParts;
}

export interface UntoldPartsOptions {
  readonly channelId: ChannelId;
  readonly lease: LeaseAnswer;
  /** As the channel's broadcast writes into it. */
  readonly store: MediaStore;
  /** Tests do not wait. */
  readonly withinMs?: number;
}

/**
 * Looks for what the node before stored and did not live to announce, from the part that is due of each rendition on. To
 * be asked once, right after the lease was given and before anything is encoded under it. Never rejects.
 */
export async function withUntoldParts(options: UntoldPartsOptions): Promise<TakenLease> {
  const { lease } = options;
  const { continues, next } = lease;
  if (continues === undefined) return { ...lease, untold: { parts: [], next } };
  return { ...lease, untold: await new BucketLook(options, continues).untold() };
}

/** Where the parts of a rendition are looked for. */
interface Search {
  readonly rendition: Rendition;
  /** Whose objects they are: a rendition that rests has none of its own (docs/adr/0030-renditions-on-demand.md). */
  readonly source: Rendition;
  readonly due: NextPart;
  /** How many parts there may be at most. */
  readonly countMax: number;
}

/** One look into the bucket. */
class BucketLook {
  readonly #options: UntoldPartsOptions;
  readonly #description: BroadcastDescription;
  readonly #grid: MediaGrid;
  readonly #signal: AbortSignal;
  /** By key: who rests and who lends must find the same. */
  readonly #sizes = new Map<string, Promise<number | undefined>>();
  #trouble: string | undefined;

  constructor(options: UntoldPartsOptions, description: BroadcastDescription) {
    this.#options = options;
    this.#description = description;
    this.#grid = mediaGrid(description.profile, description.frameRate);
    this.#signal = AbortSignal.timeout(options.withinMs ?? LOOK_MS_MAX);
  }

  async untold(): Promise<UntoldParts> {
    const searches = this.#description.renditions.map((rendition) => this.#search(rendition));
    const found = await Promise.all(searches.map((search) => this.#find(search)));
    const parts = found.flat();
    const next = Object.fromEntries(
      searches.map(({ rendition, due }, index) => [rendition.id, this.#after(due, found[index]?.length ?? 0)]),
    );
    return { parts, next, ...(this.#trouble !== undefined && { trouble: this.#trouble }) };
  }

  #search(rendition: Rendition): Search {
    const { lent = {}, next } = this.#options.lease;
    const due = next[rendition.id] ?? FIRST_PART;
    const lender = this.#description.renditions.find(({ id }) => id === lent[rendition.id]);
    if (lender === undefined) return { rendition, source: rendition, due, countMax: UNTOLD_PARTS_MAX };
    // Of this segment it is known that it is lent, and of no other.
    return { rendition, source: lender, due, countMax: this.#grid.partsPerSegment - due.partIndex };
  }

  async #find({ rendition, source, due, countMax }: Search): Promise<PartAnnounced[]> {
    const sizesBytes: number[] = [];
    while (sizesBytes.length < countMax) {
      const sizeBytes = await this.#sizeBytesOf(this.#partKey(source.id, this.#after(due, sizesBytes.length)));
      if (sizeBytes === undefined) break;
      sizesBytes.push(sizeBytes);
    }
    // Their node may have been lost before their init segment was stored: nothing could be played of them.
    if (sizesBytes.length === 0 || !(await this.#hasInit(source))) return [];
    const until = this.#after(due, sizesBytes.length);
    // The grid says where they are and how long; of a picture's parts only the first of a segment is sure to begin with an IDR.
    return gapParts(this.#description, rendition, { from: due, until }).map((part, index) => ({
      ...part,
      isGap: false,
      sizeBytes: sizesBytes[index] ?? 0,
      isIndependent: rendition.kind === 'audio' || part.partIndex === 0,
      initVersion: source.initVersion,
      ...(source !== rendition && { lentBy: source.id }),
    }));
  }

  async #hasInit({ id, initVersion }: Rendition): Promise<boolean> {
    return (await this.#sizeBytesOf(initKey(this.#place(id), initVersion))) !== undefined;
  }

  /** `undefined`: it is not there, is no media, or could not be looked at. */
  #sizeBytesOf(key: string): Promise<number | undefined> {
    const known = this.#sizes.get(key) ?? this.#ask(key);
    this.#sizes.set(key, known);
    return known;
  }

  async #ask(key: string): Promise<number | undefined> {
    try {
      this.#signal.throwIfAborted();
      const sizeBytes = PartAnnounced.shape.sizeBytes.safeParse(
        await this.#options.store.sizeBytesOf(key, this.#signal),
      );
      return sizeBytes.success && sizeBytes.data > 0 ? sizeBytes.data : undefined;
    } catch (error) {
      this.#trouble ??= error instanceof Error ? error.message : 'error';
      return undefined;
    }
  }

  #partKey(renditionId: RenditionId, { msn, partIndex }: NextPart): string {
    const place = this.#place(renditionId);
    // Without parts in the playlists the segment, which is one part, is stored under its own name alone.
    return this.#grid.listsParts ? partKey(place, msn, partIndex) : segmentKey(place, msn);
  }

  #place(renditionId: RenditionId) {
    const { channelId, lease } = this.#options;
    return { channelId, broadcastId: lease.broadcastId, renditionId };
  }

  #after(place: NextPart, count: number): NextPart {
    const { msn, partIndex } = partPlace(this.#grid, partNumber(this.#grid, place) + count);
    return { msn, partIndex };
  }
}
