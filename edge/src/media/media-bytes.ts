import type { BodyRange, ByteRange } from './byte-range.ts';

/** How a client wants a file. */
export interface MediaWish {
  /** Only its size. */
  readonly isHead: boolean;
  readonly range: ByteRange | undefined;
}

/** All of a file. */
export const WHOLE: MediaWish = { isHead: false, range: undefined };

/** Bytes that are here already, or come as they are read. `null`: only the size was wished for. */
export type MediaBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;

/** A media file's bytes, wherever they lie, as far as they were wished for. */
export type MediaBytes =
  | {
      readonly kind: 'bytes';
      /** Of the whole file. */
      readonly sizeBytes: number;
      /** `undefined`: the body is the whole file. */
      readonly range: BodyRange | undefined;
      readonly body: MediaBody;
    }
  /** The range begins past the end. */
  | { readonly kind: 'out-of-range'; readonly sizeBytes: number };

/** A segment of which there is nothing, and never will be, for whoever asks. */
export interface NothingBytes {
  readonly kind: 'nothing';
}

/** A segment that is being made: its parts so far. Where it ends nobody knows, so a range of it is not looked for. */
export interface OpenBytes {
  readonly kind: 'open';
  readonly partSizesBytes: readonly number[];
}
