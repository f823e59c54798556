import type { BodyRange } from './byte-range.ts';

/** The bytes of one media file, wherever they lie. */
export interface MediaBody {
  readonly sizeBytes: number;
  /** All of it, or the range. Asked for once. */
  stream(range: BodyRange | undefined): Promise<ReadableStream<Uint8Array> | undefined>;
}

/** A file's bytes as one object of the bucket; `undefined` when there is none. */
export async function storedBody(bucket: R2Bucket, key: string): Promise<MediaBody | undefined> {
  const head = await bucket.head(key);
  if (head === null) return undefined;
  return {
    sizeBytes: head.size,
    stream: async (range) => (await bucket.get(key, range === undefined ? {} : { range: r2Range(range) }))?.body,
  };
}

function r2Range({ offsetBytes, lengthBytes }: BodyRange): R2Range {
  return { offset: offsetBytes, length: lengthBytes };
}
