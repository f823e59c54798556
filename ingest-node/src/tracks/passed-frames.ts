/** FNV-1a, 32 bits. */
const FNV_OFFSET = 0x81_1c_9d_c5;
const FNV_PRIME = 0x01_00_01_93;
/** Of a payload, spread evenly: enough to tell one encoding of a picture from another. */
const BYTES_READ_MAX = 64;

/** The last frames of a track that were passed on: what they were, in four bytes each. Pure. */
export class PassedFrames {
  readonly #marks: Uint32Array;

  /** Of the frames that are noted, which follow one on the other, the last `countMax` are known. */
  constructor(countMax: number) {
    this.#marks = new Uint32Array(countMax);
  }

  note(frame: number, payload: Uint8Array): void {
    this.#marks[frame % this.#marks.length] = markOf(payload);
  }

  /** Whether one of the frames that are known comes again. */
  isSame(frame: number, payload: Uint8Array): boolean {
    return this.#marks[frame % this.#marks.length] === markOf(payload);
  }
}

function markOf(payload: Uint8Array): number {
  const step = Math.max(1, Math.ceil(payload.length / BYTES_READ_MAX));
  let mark = Math.imul(FNV_OFFSET ^ payload.length, FNV_PRIME);
  for (let at = 0; at < payload.length; at += step) mark = Math.imul(mark ^ (payload[at] ?? 0), FNV_PRIME);
  return mark >>> 0;
}
