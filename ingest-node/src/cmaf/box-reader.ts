import { BOX_HEADER_BYTES, BoxFields, boxType, type WholeBox } from './box-fields.ts';
import { CmafError } from './cmaf-error.ts';
import { printable } from './printable.ts';

const LARGE_HEADER_BYTES = 16;
/** ISO/IEC 14496-12 §4.2: the size stands behind the type, in 64 bits; and: it reaches to the end. */
const SIZE_IS_LARGE = 1;
const SIZE_IS_OPEN = 0;

/**
 * Boxes that are kept whole, and how large they may be. An init segment has some hundred bytes, a fragment's `moof`
 * twenty for each sample. The largest `mdat` is that of a whole segment (4.3 s) at 40 Mbit/s.
 */
const KEPT_BYTES_MAX: Readonly<Record<string, number>> = {
  styp: 1_024,
  ftyp: 1_024,
  moov: 256 * 1_024,
  prft: 1_024,
  moof: 512 * 1_024,
  mdat: 24 * 1_024 * 1_024,
};
/** What is left out (`sidx`, `emsg`, `free`) is not held; more of it than this in one box is no live media. */
const SKIPPED_BYTES_MAX = 1_024 * 1_024;
/** An index of all fragments that there were, and the last box: FFmpeg's has 19 bytes for each, 27 MB after four days. */
const ENDLESS_TYPE = 'mfra';
/** A body grows from here by doubling: what a peer only announces costs nothing. */
const FIRST_BYTES = 4_096;

/** A box on the top level. One that is not kept has an empty body, and is there as soon as its header is. */
export interface TopBox extends WholeBox {
  /** With its header. */
  readonly sizeBytes: number;
  readonly headerBytes: number;
}

interface OpenBox {
  readonly type: string;
  readonly headerBytes: number;
  readonly bodyBytes: number;
  readonly isKept: boolean;
}

const NOTHING = new Uint8Array(0);

/** Boxes of the top level out of bytes (ISO/IEC 14496-12 §4.2). Holds one box that is kept, and no more. */
export class BoxReader {
  #pending: Uint8Array[] = [];
  #header = new Uint8Array(LARGE_HEADER_BYTES);
  #headerBytes = 0;
  #open: OpenBox | undefined;
  #body: Uint8Array = NOTHING;
  #bodyBytes = 0;
  /** Of a box that was told already. */
  #skippingBytes = 0;

  /** Nothing has begun that is not whole. */
  get isBetweenBoxes(): boolean {
    const isInBox = this.#open !== undefined || this.#headerBytes > 0 || this.#skippingBytes > 0;
    return !isInBox && this.#pending.length === 0;
  }

  /** What the box that is not whole takes of memory. */
  get heldBytes(): number {
    return this.#body.length;
  }

  /** The bytes are read by the next calls of `next`, until it says that more are needed, and not kept beyond. */
  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#pending.push(bytes);
  }

  /** The next whole box, or `undefined` while more bytes are needed. Throws CmafError and nothing else. */
  next(): TopBox | undefined {
    if (!this.#skip()) return undefined;
    return this.#open === undefined && !this.#readHeader() ? undefined : this.#readBody();
  }

  #skip(): boolean {
    while (this.#skippingBytes > 0) {
      const piece = this.#take(this.#skippingBytes);
      if (piece === undefined) return false;
      this.#skippingBytes -= piece.length;
    }
    return true;
  }

  #readHeader(): boolean {
    if (!this.#fillHeader(BOX_HEADER_BYTES)) return false;
    const fields = new BoxFields(this.#header);
    const smallBytes = fields.u32();
    const type = boxType(this.#header, 4);
    if (smallBytes === SIZE_IS_OPEN) throw new CmafError('box-malformed', 'a box without an end');
    const isLarge = smallBytes === SIZE_IS_LARGE;
    if (isLarge && !this.#fillHeader(LARGE_HEADER_BYTES)) return false;
    fields.skip(4);
    const headerBytes = isLarge ? LARGE_HEADER_BYTES : BOX_HEADER_BYTES;
    const bodyBytes = (isLarge ? fields.u64() : smallBytes) - headerBytes;
    if (bodyBytes < 0) throw new CmafError('box-malformed', 'a box that is smaller than its header');
    const keptMax = Object.hasOwn(KEPT_BYTES_MAX, type) ? KEPT_BYTES_MAX[type] : undefined;
    if (bodyBytes > (keptMax ?? SKIPPED_BYTES_MAX) && type !== ENDLESS_TYPE) {
      throw new CmafError('box-above-limit', `${bodyBytes} bytes in one ${printable(type)}`);
    }
    this.#open = { type, headerBytes, bodyBytes, isKept: keptMax !== undefined };
    this.#headerBytes = 0;
    return true;
  }

  #fillHeader(sizeBytes: number): boolean {
    while (this.#headerBytes < sizeBytes) {
      const piece = this.#take(sizeBytes - this.#headerBytes);
      if (piece === undefined) return false;
      this.#header.set(piece, this.#headerBytes);
      this.#headerBytes += piece.length;
    }
    return true;
  }

  #readBody(): TopBox | undefined {
    const open = this.#open;
    if (open === undefined) return undefined;
    if (!open.isKept) this.#skippingBytes = open.bodyBytes;
    while (open.isKept && this.#bodyBytes < open.bodyBytes) {
      const piece = this.#take(open.bodyBytes - this.#bodyBytes);
      if (piece === undefined) return undefined;
      this.#keep(piece, open.bodyBytes);
      this.#bodyBytes += piece.length;
    }
    const body = open.isKept ? this.#body.subarray(0, open.bodyBytes) : NOTHING;
    this.#open = undefined;
    this.#body = NOTHING;
    this.#bodyBytes = 0;
    return { type: open.type, body, headerBytes: open.headerBytes, sizeBytes: open.headerBytes + open.bodyBytes };
  }

  #keep(piece: Uint8Array, bodyBytes: number): void {
    const neededBytes = this.#bodyBytes + piece.length;
    if (neededBytes > this.#body.length) {
      const grownBytes = Math.max(neededBytes, FIRST_BYTES, this.#body.length * 2);
      const grown = new Uint8Array(Math.min(bodyBytes, grownBytes));
      grown.set(this.#body.subarray(0, this.#bodyBytes));
      this.#body = grown;
    }
    this.#body.set(piece, this.#bodyBytes);
  }

  #take(sizeBytesMax: number): Uint8Array | undefined {
    const [first] = this.#pending;
    if (first === undefined) return undefined;
    if (first.length <= sizeBytesMax) return this.#pending.shift();
    this.#pending[0] = first.subarray(sizeBytesMax);
    return first.subarray(0, sizeBytesMax);
  }
}
