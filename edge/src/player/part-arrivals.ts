const BOX_HEADER_BYTES = 8;
const MDAT = 0x6d646174;

/** A part (a CMAF chunk), as it came over the line. */
export interface ArrivedPart {
  readonly bytes: number;
  readonly firstByteAtMs: number;
  readonly lastByteAtMs: number;
  /** From the end of the part before, or from the answer's headers for the first one. */
  readonly waitedMs: number;
}

/**
 * Finds the parts in the bytes of one segment that comes in pieces: each ends with its `mdat` (ISO/IEC 14496-12 §8.1.1).
 * Only box headers are looked at.
 */
export class PartArrivals {
  /** Of the present box, header and all; and what of a header is there when a piece ends in it. */
  #leftInBox = 0;
  #isMdat = false;
  #header: number[] = [];
  #bytes = 0;
  #firstByteAtMs = 0;
  #endedAtMs = Number.POSITIVE_INFINITY;

  /** The answer's headers came. */
  begin(atMs: number): void {
    this.#endedAtMs = atMs;
  }

  /** What is there of a part that is not whole yet. */
  get unfinished(): Pick<ArrivedPart, 'bytes' | 'firstByteAtMs'> | undefined {
    return this.#bytes === 0 ? undefined : { bytes: this.#bytes, firstByteAtMs: this.#firstByteAtMs };
  }

  /** More of the segment came; the parts that it completes. */
  take(piece: Uint8Array, atMs: number): ArrivedPart[] {
    const parts: ArrivedPart[] = [];
    let offset = 0;
    while (offset < piece.length) {
      if (this.#bytes === 0) this.#firstByteAtMs = atMs;
      if (this.#leftInBox === 0) {
        const taken = this.#takeHeader(piece, offset);
        offset += taken;
        this.#bytes += taken;
        if (this.#leftInBox > 0) continue;
        if (this.#header.length > 0) break;
      } else {
        const taken = Math.min(this.#leftInBox, piece.length - offset);
        offset += taken;
        this.#bytes += taken;
        this.#leftInBox -= taken;
      }
      if (this.#leftInBox === 0 && this.#isMdat) parts.push(this.#endPart(atMs));
    }
    return parts;
  }

  /** How many bytes of the piece belong to the box's header. */
  #takeHeader(piece: Uint8Array, offset: number): number {
    const taken = piece.subarray(offset, offset + BOX_HEADER_BYTES - this.#header.length);
    this.#header.push(...taken);
    if (this.#header.length < BOX_HEADER_BYTES) return taken.length;
    const view = new DataView(Uint8Array.from(this.#header).buffer);
    this.#header = [];
    this.#isMdat = view.getUint32(4) === MDAT;
    // An empty box, or one of a size that we do not write: nothing of it is skipped, the next header is looked for.
    this.#leftInBox = Math.max(0, view.getUint32(0) - BOX_HEADER_BYTES);
    return taken.length;
  }

  #endPart(lastByteAtMs: number): ArrivedPart {
    const waitedMs = Math.max(0, this.#firstByteAtMs - this.#endedAtMs);
    const part = { bytes: this.#bytes, firstByteAtMs: this.#firstByteAtMs, lastByteAtMs, waitedMs };
    this.#bytes = 0;
    this.#isMdat = false;
    this.#endedAtMs = lastByteAtMs;
    return part;
  }
}
