import {
  type AnnounceAnswer,
  type Announcement,
  type BroadcastDescription,
  type ChannelId,
  FIRST_PART,
  initKey,
  type LeaseAnswer,
  mediaGrid,
  type NextParts,
  type PartAnnounced,
  partKey,
  type Rendition,
  RenditionId,
  type RenditionPlace,
  segmentKey,
  spriteKey,
  thumbnailKey,
  videoPartTargetTicks,
} from '@sluice/contracts';
import type { CallOutcome } from '../control/json-call.ts';
import type { BroadcastImage } from '../media/broadcast-image.ts';
import { gapParts } from '../package/gap-parts.ts';
import type { CutPart, InitSegment } from '../package/packager.ts';
import { AnnounceLedger } from './announce-ledger.ts';
import { type AnnounceLimits, Announcer } from './announcer.ts';
import { heldBytesMax } from './held-bytes.ts';
import { LentParts, type PlacedPart } from './lent-parts.ts';
import type { MediaObject, MediaStore, StoreError } from './media-store.ts';
import { type DemandLimits, RenditionDemand } from './rendition-demand.ts';
import { RenditionShedding } from './rendition-shedding.ts';
import { SegmentAssembly } from './segment-assembly.ts';
import { ThumbnailNews } from './thumbnail-news.ts';
import type { TakenLease } from './untold-parts.ts';
import { UPLOAD_LIMITS, type UploadLimits, UploadQueue } from './upload-queue.ts';

/** Why a publication cannot go on. `fenced`: the edge refuses it for good. `failed`: storage, or the node itself. */
export type PublicationFailure = { readonly kind: 'fenced' | 'failed'; readonly code: string; readonly detail: string };

export interface PublicationListener {
  /** Once; nothing is stored or announced after it. */
  onFailure(failure: PublicationFailure): void;
  onPartStored(part: PartAnnounced, tookMs: number): void;
  onPartLost(part: PartAnnounced, error: StoreError): void;
  /** No encoder was there to make it. */
  onPartSkipped(part: PartAnnounced): void;
  /** An object that nobody waits for was put (an init segment, a whole segment or an image). */
  onObjectStored(sizeBytes: number): void;
  /** An image was given up. */
  onImageLost(error: StoreError): void;
  onAnnounced(tookMs: number): void;
  /** Whether a backup on another node waits for the lease. */
  onStandby(isThere: boolean): void;
  /** Storage did not take an object, or took too long; it is asked again. */
  onStorageTrouble(why: string): void;
  /** The line to storage is too thin for these renditions; empty when it has room for all again. */
  onRenditionsShed(ids: readonly RenditionId[]): void;
  /** Nobody watches these renditions: they are not stored for now, and of these some need not be encoded. */
  onRenditionsResting(ids: readonly RenditionId[], idle: readonly RenditionId[]): void;
  /** The edge does not answer as it should; it is asked again. */
  onTrouble(why: string): void;
}

/** A part that others may be lent, and what has become of it. */
interface Lender {
  fate: 'stored' | 'lost' | undefined;
  readonly lent: PartAnnounced[];
}

/** What the encoders of the moment make. */
export interface PublishedEncoding {
  readonly description: BroadcastDescription;
  /** To be stored; those that this lease has stored already are left out. */
  readonly inits: readonly InitSegment[];
  /**
   * They are those of the lease before, so most likely in the bucket: parts do not wait for them. A node that died just
   * when it began may not have come so far.
   */
  readonly areInitsKept: boolean;
  /** The first part that they make of each rendition. */
  readonly next: NextParts;
}

export interface PublicationOptions {
  readonly channelId: ChannelId;
  readonly lease: TakenLease;
  readonly encoded: PublishedEncoding;
  /** Renditions that nobody watches may rest. */
  readonly onDemand: boolean;
  /** All renditions together have no more, where what each of them has is only said. */
  readonly bitrateBpsMax?: number;
  readonly store: MediaStore;
  readonly announce: (announcement: Announcement, signal: AbortSignal) => Promise<CallOutcome<AnnounceAnswer>>;
  readonly listener: PublicationListener;
  readonly limits?: {
    readonly upload?: Partial<UploadLimits>;
    readonly announce?: Partial<AnnounceLimits>;
    readonly demand?: DemandLimits | undefined;
  };
}

/**
 * A broadcast on its way to its viewers: objects into the bucket, and what is there told to the edge. A part is
 * announced when its PUT and its init segment's were confirmed, and all parts of its rendition before it.
 */
export class Publication {
  readonly #options: PublicationOptions;
  readonly #ranks: ReadonlyMap<RenditionId, number>;
  readonly #listsParts: boolean;
  readonly #ledger: AnnounceLedger;
  readonly #uploads: UploadQueue;
  readonly #announcer: Announcer;
  readonly #segments = new SegmentAssembly();
  readonly #thumbnails = new ThumbnailNews();
  readonly #demand: RenditionDemand;
  readonly #lentParts: LentParts;
  /** The edge knows what lent parts are. */
  #canLend = false;
  /** By the bytes of a part: what was lent of it. */
  readonly #lenders = new WeakMap<Uint8Array, Lender>();
  #description: BroadcastDescription;
  #isOver = false;
  #settled: PromiseWithResolvers<void> | undefined;

  constructor(options: PublicationOptions) {
    this.#options = options;
    const { encoded, lease, limits, store } = options;
    const { description } = encoded;
    this.#description = lease.continues ?? description;
    this.#ranks = ranksOf(description.renditions);
    const grid = mediaGrid(description.profile, description.frameRate);
    this.#listsParts = grid.listsParts;
    const ids = description.renditions.map(({ id }) => id);
    this.#ledger = new AnnounceLedger(ids, lease.next);
    const pictures = picturesOf(description.renditions, this.#ranks);
    const nowMs = performance.now();
    const demand = new RenditionDemand({ pictures, nowMs, limits: limits?.demand, lent: lentSegments(lease) });
    const lender = (id: RenditionId, msn: number) => demand.lender(id, msn);
    this.#demand = demand;
    this.#lentParts = new LentParts({ pictures, next: lease.untold.next, lender, hintsParts: grid.listsParts });
    const partMs = (videoPartTargetTicks(grid) / grid.videoTimescaleHz) * 1_000;
    this.#uploads = new UploadQueue({
      store,
      limits: { ...UPLOAD_LIMITS, heldBytesMax: heldBytesMax(description, options.bitrateBpsMax), ...limits?.upload },
      shedding: new RenditionShedding({ rankCount: this.#ranks.size, partMs }),
      listener: {
        onTrouble: (why) => options.listener.onStorageTrouble(why),
        onShedding: (ranks) => this.#shed(this.#ranked(ranks)),
      },
    });
    this.#announcer = this.#makeAnnouncer();
  }

  /** Announces the broadcast, or what there is of it and the gap until it goes on, and stores the init segments. */
  start(): void {
    const { encoded, lease } = this.#options;
    for (const part of lease.untold.parts) this.#ledger.found(part);
    if (encoded.areInitsKept) {
      for (const { id, initVersion } of encoded.description.renditions) this.#ledger.initStored(id, initVersion);
    }
    this.#take(encoded);
    this.#announcer.start();
  }

  /** Other encoders make the broadcast from here on. What none of them made is announced as gaps. */
  goOn(encoded: PublishedEncoding): void {
    if (this.#isOver) return;
    this.#demand.encodersBegan(performance.now());
    this.#take(encoded);
    this.#announcer.redescribe();
    this.#poke();
  }

  #take({ description, inits, areInitsKept, next }: PublishedEncoding): void {
    for (const rendition of this.#description.renditions) this.#skip(rendition, next);
    this.#description = description;
    for (const part of this.#lentParts.goOn(this.#ledger.next)) this.#decided(this.#lenderOf(part), 'lost');
    for (const init of inits) this.#storeInit(init, areInitsKept);
  }

  /** Nobody made what lies between the part that is due and the first that will be there. */
  #skip(rendition: Rendition, first: NextParts): void {
    const from = this.#ledger.next[rendition.id] ?? FIRST_PART;
    const until = first[rendition.id] ?? FIRST_PART;
    for (const part of gapParts(this.#description, rendition, { from, until })) {
      this.#ledger.skipped(part);
      if (this.#listsParts) this.#segments.skipped(part);
      this.#options.listener.onPartSkipped(part);
    }
  }

  #storeInit({ renditionId, initVersion, bytes }: InitSegment, isKept: boolean): void {
    this.#uploads.add({
      kind: 'init',
      rank: this.#rank(renditionId),
      startsSegment: false,
      completesSegment: () => false,
      object: this.#object(renditionId, initKey(this.#place(renditionId), initVersion), bytes),
      onStored: () => {
        this.#options.listener.onObjectStored(bytes.length);
        this.#ledger.initStored(renditionId, initVersion);
        this.#poke();
      },
      onLost: (error) => {
        if (isKept) this.#options.listener.onTrouble(error.message);
        else this.#fail({ kind: 'failed', code: 'init-not-stored', detail: error.message });
      },
    });
  }

  /** The part of each rendition that is due. */
  get next(): NextParts {
    return this.#ledger.next;
  }

  /** The encoders' answer to `onRenditionsResting`: from this segment on these are not made, and all others are. */
  encoded(idle: readonly RenditionId[], fromMsn: number): void {
    this.#demand.encoded(idle, fromMsn);
  }

  /** Takes a part that was just cut. In order within each rendition. */
  add(part: CutPart): void {
    for (const placed of this.#lentParts.take(part)) {
      if (this.#isOver) return;
      this.#addPlaced(placed);
    }
  }

  #addPlaced(placed: PlacedPart): void {
    if (placed.kind === 'own') this.#addOwn(placed.part);
    else this.#addLent(placed.announced, this.#lenderOf(placed.lender));
    if (!this.#ledger.isOverfull) return;
    this.#fail({ kind: 'failed', code: 'edge-unreachable', detail: 'The edge has not taken any part for too long.' });
  }

  /** There is nothing to store: it may be announced when its lender's may. */
  #addLent(announced: PartAnnounced, lender: Lender): void {
    this.#ledger.cut(announced);
    if (announced.partIndex === 0) this.#uploads.segmentBegins(this.#rank(announced.renditionId));
    // What was made of the segment before somebody else went on with it is not all of it.
    if (this.#listsParts) this.#segments.skipped(announced);
    lender.lent.push(announced);
    this.#settleLent(lender);
  }

  #settleLent(lender: Lender): void {
    if (lender.fate === undefined) return;
    for (const announced of lender.lent.splice(0)) {
      if (lender.fate === 'stored') this.#ledger.stored(announced);
      else this.#ledger.lost(announced);
    }
    this.#poke();
  }

  #lenderOf({ bytes }: CutPart): Lender {
    const lender = this.#lenders.get(bytes) ?? { fate: undefined, lent: [] };
    this.#lenders.set(bytes, lender);
    return lender;
  }

  #addOwn(part: CutPart): void {
    const { announced, bytes, cutAtMs } = part;
    const place = this.#place(announced.renditionId);
    const lender = this.#lenderOf(part);
    const rank = this.#rank(announced.renditionId);
    const startsSegment = announced.partIndex === 0;
    const isPromised = this.#canLend && this.#lentParts.places(announced.renditionId);
    // The next one will be lent, but of this one it was said that it comes.
    if (isPromised && startsSegment && !this.#demand.isShed(announced.renditionId)) this.#uploads.segmentBegins(rank);
    this.#ledger.cut(announced);
    // Without parts in the playlists the segment, which is one part, is stored under its own name alone.
    const key = this.#listsParts
      ? partKey(place, announced.msn, announced.partIndex)
      : segmentKey(place, announced.msn);
    if (this.#listsParts) this.#segments.add(part);
    this.#uploads.add({
      kind: 'part',
      rank,
      startsSegment,
      isPromised,
      completesSegment: () => this.#segments.isBegun(announced),
      object: this.#object(announced.renditionId, key, bytes),
      onStored: () => {
        this.#options.listener.onPartStored(announced, Date.now() - cutAtMs);
        this.#segments.stored(announced);
        this.#ledger.stored(announced);
        this.#decided(lender, 'stored');
      },
      onLost: (error) => {
        this.#options.listener.onPartLost(announced, error);
        this.#segments.lost(announced);
        this.#ledger.lost(announced);
        this.#decided(lender, 'lost');
      },
    });
  }

  /** Takes a thumbnail or a sprite. It is put when there is time for it, or not at all. */
  addImage(image: BroadcastImage): void {
    if (this.#isOver) return;
    const { channelId, lease, listener } = this.#options;
    const place = { channelId, broadcastId: lease.broadcastId };
    const key = image.kind === 'thumbnail' ? thumbnailKey(place, image.slot) : spriteKey(place, image.sprite);
    this.#uploads.add({
      kind: 'image',
      rank: 0,
      startsSegment: false,
      completesSegment: () => false,
      object: { key, bytes: image.bytes, contentType: 'image/jpeg' },
      onStored: () => {
        listener.onObjectStored(image.bytes.length);
        // It goes with the next parts.
        this.#thumbnails.stored(image);
      },
      onLost: (error) => listener.onImageLost(error),
    });
  }

  #decided(lender: Lender, fate: 'stored' | 'lost'): void {
    lender.fate = fate;
    this.#settleLent(lender);
  }

  /** No part follows. Resolves when all of them are stored and known to the edge, or the time is over. Never rejects. */
  async finish(withinMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, withinMs);
    const told = this.#whenSettled()
      .then(() => this.#uploads.whenIdle())
      .then(() => this.#announcer.flush());
    await Promise.race([late.promise, told]);
    clearTimeout(timer);
    this.abandon();
  }

  /** Nothing is stored or announced from here on. */
  abandon(): void {
    this.#isOver = true;
    this.#announcer.stop();
    this.#uploads.abandon();
    this.#segments.clear();
    this.#settled?.resolve();
  }

  #makeAnnouncer(): Announcer {
    const { announce, limits, listener } = this.#options;
    const { broadcastId, epoch, leaseMs } = this.#options.lease;
    return new Announcer({
      broadcastId,
      epoch,
      leaseMs,
      description: () => this.#description,
      ledger: this.#ledger,
      thumbnails: this.#thumbnails,
      hasResting: () => this.#demand.resting.length > 0,
      announce,
      ...(limits?.announce && { limits: limits.announce }),
      listener: {
        onKnown: (parts) => this.#known(parts),
        onStandby: (isThere) => listener.onStandby(isThere),
        onWatched: (ids) => this.#watched(ids),
        onAnswered: (tookMs) => listener.onAnnounced(tookMs),
        onTrouble: (why) => listener.onTrouble(why),
        onRefused: (code, detail) => this.#fail({ kind: 'fenced', code, detail }),
      },
    });
  }

  #watched(ids: readonly RenditionId[] | undefined): void {
    this.#canLend = ids !== undefined;
    if (!this.#canLend) this.#demand.shed([]);
    const demand = this.#demand;
    if (!this.#options.onDemand || !demand.told(ids, performance.now())) return;
    this.#options.listener.onRenditionsResting(demand.resting, demand.idle);
  }

  #shed(ids: readonly RenditionId[]): void {
    // Where it does not they are not put, and gaps.
    this.#demand.shed(this.#canLend ? ids : []);
    this.#options.listener.onRenditionsShed(ids);
  }

  #known(parts: readonly PartAnnounced[]): void {
    // A whole segment is worth its PUT only now: the part that viewers wait for goes first.
    for (const part of parts) if (part.isLastOfSegment) this.#storeSegment(part);
    if (this.#ledger.isSettled) this.#settled?.resolve();
  }

  #storeSegment(lastPart: PartAnnounced): void {
    const bytes = this.#segments.take(lastPart);
    if (bytes === undefined) return;
    const { renditionId, msn } = lastPart;
    this.#uploads.add({
      kind: 'segment',
      rank: this.#rank(renditionId),
      startsSegment: false,
      completesSegment: () => false,
      object: this.#object(renditionId, segmentKey(this.#place(renditionId), msn), bytes),
      onStored: () => this.#options.listener.onObjectStored(bytes.length),
      // The edge serves it out of its parts.
      onLost: (error) => this.#options.listener.onTrouble(error.message),
    });
  }

  async #whenSettled(): Promise<void> {
    if (this.#isOver || this.#ledger.isSettled) return;
    this.#settled ??= Promise.withResolvers<void>();
    await this.#settled.promise;
  }

  #poke(): void {
    this.#announcer.poke(this.#uploads.partsOnTheirWay > 0);
  }

  #fail(failure: PublicationFailure): void {
    if (this.#isOver) return;
    this.abandon();
    this.#options.listener.onFailure(failure);
  }

  #place(renditionId: RenditionId): RenditionPlace {
    return { channelId: this.#options.channelId, broadcastId: this.#options.lease.broadcastId, renditionId };
  }

  #object(renditionId: RenditionId, key: string, bytes: Uint8Array): MediaObject {
    const rendition = this.#description.renditions.find(({ id }) => id === renditionId);
    return { key, bytes, contentType: rendition?.kind === 'audio' ? 'audio/mp4' : 'video/mp4' };
  }

  #ranked(ranks: readonly number[]): RenditionId[] {
    return [...this.#ranks].filter(([, rank]) => ranks.includes(rank)).map(([id]) => id);
  }

  #rank(renditionId: RenditionId): number {
    return this.#ranks.get(renditionId) ?? 0;
  }
}

/** Sound first, then pictures from the smallest up: what a viewer can least do without has the lowest rank. */
function ranksOf(renditions: readonly Rendition[]): Map<RenditionId, number> {
  const byWorth = [...renditions].sort(
    (a, b) => Number(a.kind === 'video') - Number(b.kind === 'video') || a.bitrateBpsMax - b.bitrateBpsMax,
  );
  return new Map(byWorth.map(({ id }, rank) => [id, rank]));
}

/**
 * Those that can stand in for each other, the smallest first: who is lent another one's media is sent no more than it
 * chose, neither in size nor in bit rate. A step of a ladder that does not fit in between is always made.
 */
function picturesOf(renditions: readonly Rendition[], ranks: ReadonlyMap<RenditionId, number>): RenditionId[] {
  const videos = renditions
    .filter((rendition) => rendition.kind === 'video')
    .sort((a, b) => (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0));
  const steps: typeof videos = [];
  for (const video of videos) {
    const { widthPx = 0, heightPx = 0 } = steps.at(-1) ?? {};
    if (video.widthPx >= widthPx && video.heightPx >= heightPx) steps.push(video);
  }
  return steps.map(({ id }) => id);
}

/** Segments that a node before was in the midst of. */
function lentSegments({ lent = {}, next }: LeaseAnswer): Map<number, Map<RenditionId, RenditionId>> {
  const segments = new Map<number, Map<RenditionId, RenditionId>>();
  for (const [id, place] of Object.entries(next)) {
    const renditionId = RenditionId.parse(id);
    const lender = lent[renditionId];
    if (lender === undefined) continue;
    segments.set(place.msn, (segments.get(place.msn) ?? new Map()).set(renditionId, lender));
  }
  return segments;
}
