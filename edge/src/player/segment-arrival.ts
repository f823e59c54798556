import type { LineEstimate } from './line-estimate.ts';
import { type ArrivedPart, PartArrivals } from './part-arrivals.ts';
import { slowLineBps } from './slow-line.ts';

/** A part that came so soon after the one before was there already, and tells nothing of the live edge. */
const WAITED_MS_MIN = 40;

export interface SegmentArrivalOptions {
  readonly line: LineEstimate;
  readonly partTargetS: number;
  /** Segments are sent while they are made; otherwise each is asked for when it is whole. */
  readonly hasParts: boolean;
  /** Where the segment begins on the media element's timeline. */
  readonly startS: number;
  readonly partsPerSegment: number;
  readonly askedAtMs: number;
  readonly events: ArrivalEvents;
}

export interface ArrivalEvents {
  /** The segment is still being made. */
  onOpen(): void;
  /** A part (or a segment, where there are no parts) was made just now: the media that is there ends at the live edge. */
  onEdge(): void;
  /**
   * The answer was held until the segment was whole, as something between here and the edge does that does not hand on what
   * it has: the media that is there ends at the live edge.
   */
  onHeldBack(): void;
  /** Another part of it is in the media element. */
  onPart(arrival: SegmentArrival): void;
}

/** Follows one answer with a segment of the leading track, and tells what its bytes tell of the line and of the live edge. */
export class SegmentArrival {
  #isOpen = false;
  #isHeld = false;
  #hasWaited = false;
  #partCount = 0;
  #byteCount = 0;
  #parts = new PartArrivals();
  readonly #options: SegmentArrivalOptions;

  constructor(options: SegmentArrivalOptions) {
    this.#options = options;
  }

  /** It is being sent while it is made. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get startS(): number {
    return this.#options.startS;
  }

  /** Parts of it that are whole in the media element. */
  get partCount(): number {
    return this.#partCount;
  }

  /** Of these parts. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** What comes so slowly that it is not there yet tells of the line, too. */
  look(nowMs: number): void {
    const { unfinished } = this.#parts;
    if (unfinished !== undefined) this.#measure({ ...unfinished, lastByteAtMs: nowMs }, { isWhole: false });
  }

  /** The answer begins, for the second time where the first one broke off. One without a length is of a segment that is being made. */
  begin({ hasLength, atMs }: { readonly hasLength: boolean; readonly atMs: number }): void {
    const { askedAtMs, partTargetS } = this.#options;
    this.#isOpen = !hasLength;
    this.#isHeld = atMs - askedAtMs >= partTargetS * 1_000;
    this.#hasWaited = false;
    this.#partCount = 0;
    this.#byteCount = 0;
    this.#parts = new PartArrivals();
    this.#parts.begin(atMs);
    if (this.#isOpen) this.#options.events.onOpen();
  }

  /** Bytes came at that moment, and are in the media element by now. */
  took(piece: Uint8Array, atMs: number): void {
    for (const part of this.#parts.take(piece, atMs)) this.#arrived(part);
  }

  #arrived(part: ArrivedPart): void {
    const { hasParts, partsPerSegment, events } = this.#options;
    this.#partCount += 1;
    this.#byteCount += part.bytes;
    this.#measure(part, { isWhole: true });
    this.#hasWaited ||= part.waitedMs >= WAITED_MS_MIN;
    const isNew = this.#isOpen ? part.waitedMs >= WAITED_MS_MIN : !hasParts;
    if (isNew) events.onEdge();
    else if (hasParts && this.#isHeld && !this.#hasWaited && this.#partCount === partsPerSegment) events.onHeldBack();
    events.onPart(this);
  }

  #measure(came: Omit<ArrivedPart, 'waitedMs'>, { isWhole }: { readonly isWhole: boolean }): void {
    const { line, partTargetS: durationS } = this.#options;
    const isSlow = slowLineBps({ ...came, durationS }) !== undefined;
    if (isWhole || isSlow) line.add({ bytes: came.bytes, tookMs: came.lastByteAtMs - came.firstByteAtMs });
    if (isSlow) line.begunAnew();
  }
}
