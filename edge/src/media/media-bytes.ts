import type { BodyRange, ByteRange } from './byte-range.ts';

/** How a client wants a file. */
export interface MediaWish {
  /** Only its size. */
  readonly isHead: boolean;
  readonly range: ByteRange | undefined;
}

/** A media file's bytes, wherever they lie, as far as they were wished for. */
export type MediaBytes =
  | {
      readonly kind: 'bytes';
      /** Of the whole file. */
      readonly sizeBytes: number;
      /** `undefined`: the stream is the whole file. */
      readonly range: BodyRange | undefined;
      /** `null`: only the size was wished for. */
      readonly stream: ReadableStream<Uint8Array> | null;
    }
  /** The range begins past the end. */
  | { readonly kind: 'out-of-range'; readonly sizeBytes: number };
