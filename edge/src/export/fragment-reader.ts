import { u32At } from '../mux/box.ts';
import { MuxError } from '../mux/mux-error.ts';
import { ExportError } from './export-error.ts';
import { type Fragment, readFragment, runBytes } from './fragment.ts';
import type { TrackInit } from './track-init.ts';

const HEADER_BYTES = 8;
/** Of a moof, the only box that is held: twelve hundred samples with all that can be said of each have 20 kB. */
const MOOF_BYTES_MAX = 256 * 1024;

/** The box whose bytes come. */
interface OpenBox {
  readonly type: string;
  /** From the file's first byte. */
  readonly at: number;
  readonly sizeBytes: number;
}

/**
 * The fragments of a segment's file (`prft moof mdat` a part, or in any other way that ISO/IEC 14496-12 §8.16 allows), out
 * of its bytes as they come. Media passes by and is not held. Throws ExportError and nothing else.
 */
export class FragmentReader {
  readonly #init: TrackInit;
  readonly #ready: Fragment[] = [];
  /** Whose samples are still to come. */
  #awaited: Fragment | undefined;
  #at = 0;
  #box: OpenBox | undefined;
  #held = new Uint8Array(0);
  #skipBytes = 0;

  constructor(init: TrackInit) {
    this.#init = init;
  }

  push(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0; )
      rest = rest.subarray(this.#skipBytes > 0 ? this.#skip(rest) : this.#hold(rest));
  }

  /** The next fragment, or `undefined` while more bytes are needed. */
  next(): Fragment | undefined {
    return this.#ready.shift();
  }

  /** To be called when there are no more bytes: everything that was begun must be whole. */
  finish(): void {
    const isHalf = this.#skipBytes > 0 || this.#held.length > 0 || this.#box !== undefined;
    if (isHalf || this.#awaited !== undefined) throw malformed(`it ends at byte ${this.#at}, in the middle`);
  }

  #skip({ length }: Uint8Array): number {
    const skippedBytes = Math.min(length, this.#skipBytes);
    this.#skipBytes -= skippedBytes;
    this.#at += skippedBytes;
    return skippedBytes;
  }

  /** Takes what is still missing of a header or of a moof. */
  #hold(bytes: Uint8Array): number {
    const wantedBytes = this.#box === undefined ? HEADER_BYTES : this.#box.sizeBytes - HEADER_BYTES;
    const taken = bytes.subarray(0, wantedBytes - this.#held.length);
    const held = new Uint8Array(this.#held.length + taken.length);
    held.set(this.#held);
    held.set(taken, this.#held.length);
    this.#held = held;
    this.#at += taken.length;
    if (held.length === wantedBytes) {
      this.#held = new Uint8Array(0);
      if (this.#box === undefined) this.#begin(held);
      else this.#takeMoof(held, this.#box);
    }
    return taken.length;
  }

  #begin(header: Uint8Array): void {
    const box = {
      type: String.fromCharCode(...header.subarray(4)),
      at: this.#at - HEADER_BYTES,
      sizeBytes: u32At(header, 0),
    };
    // Sizes of 0 (to the end) and 1 (in 64 bits) are refused with the rest: no segment of ours is that long.
    if (box.sizeBytes < HEADER_BYTES) throw malformed(`a box of ${box.sizeBytes} bytes at byte ${box.at}`);
    if (box.type === 'moof') {
      if (box.sizeBytes === HEADER_BYTES) throw malformed('an empty moof');
      if (box.sizeBytes > MOOF_BYTES_MAX) throw malformed(`a moof of ${box.sizeBytes} bytes`);
      if (this.#awaited !== undefined) throw malformed('a moof instead of the media of the one before');
      this.#box = box;
      return;
    }
    if (box.type === 'mdat') this.#checkMedia(box);
    this.#skipBytes = box.sizeBytes - HEADER_BYTES;
  }

  #takeMoof(body: Uint8Array, { at }: OpenBox): void {
    this.#box = undefined;
    try {
      const fragment = readFragment(body, at, this.#init);
      this.#awaited = fragment;
      this.#ready.push(fragment);
    } catch (cause) {
      if (!(cause instanceof MuxError)) throw cause;
      throw new ExportError('segment-malformed', cause.message, { cause });
    }
  }

  /** The samples of a moof lie in the media that follows it. */
  #checkMedia({ at, sizeBytes }: OpenBox): void {
    for (const run of this.#awaited?.runs ?? []) {
      const isInside = run.offsetBytes >= at + HEADER_BYTES && run.offsetBytes + runBytes(run) <= at + sizeBytes;
      if (!isInside) throw malformed(`samples at byte ${run.offsetBytes} are not in the media that follows`);
    }
    this.#awaited = undefined;
  }
}

function malformed(detail: string): ExportError {
  return new ExportError('segment-malformed', detail);
}
