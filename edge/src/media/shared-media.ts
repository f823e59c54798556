import type { Refused } from '../channel/channel-replies.ts';
import { Collapse, type RequestLife } from '../collapse/collapse.ts';
import { VIEWER_LIMITS } from '../collapse/viewer-limits.ts';
import type { CachedReading } from './cached-reading.ts';
import { heldFile } from './held-file.ts';
import { holdBytes } from './hold-bytes.ts';
import { type MediaBytes, type MediaWish, type OpenBytes, WHOLE } from './media-bytes.ts';
import { WorkLimit } from './work-limit.ts';

/** What requests for the same file share: its bytes, or the word that there are too many of them to hold. */
type SharedFile =
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'large' }
  | OpenBytes
  | Refused;

/**
 * What is larger streams to each viewer by itself. Shared bytes are held until the slowest viewer has taken them, and
 * the platform does not tell when that is, so it is this that bounds what a viewer who has stalled costs. It has room
 * for init segments and parts: 0.53 MB in `low` at 8 Mbit/s. A segment of `standard` fits up to 2 Mbit/s.
 */
const SHARED_BYTES_MAX = 1024 * 1024;
/** Of all files that are being read at once, of the isolate's 128 MB. Beyond it a file streams as a large one does. */
const READING_BYTES_MAX = 32 * 1024 * 1024;
/** Of files that were read a moment ago. The oldest goes. */
const RECENT_BYTES_MAX = 16 * 1024 * 1024;
/** Viewers of a part come within this time of each other; then the data centre's cache has it. */
const RECENT_MS = 2_000;

const files = new Collapse<SharedFile>({
  ...VIEWER_LIMITS,
  recent: {
    bytesMax: RECENT_BYTES_MAX,
    sizeBytes: (file) => (file.kind === 'file' ? file.bytes.byteLength : 0),
    // Nothing else stays true: an open segment is whole a moment later.
    keepMs: (file) => (file.kind === 'file' ? RECENT_MS : 0),
  },
});
const reads = new WorkLimit(READING_BYTES_MAX);

export interface SharedRead {
  readonly key: string;
  readonly wish: MediaWish;
  readonly life: RequestLife;
  readonly reading: Pick<CachedReading, 'read' | 'keep' | 'keepBehind'>;
}

/** A file that is read once for all who ask for it in this isolate, cut to what this one wishes for. */
export async function readShared({ key, wish, life, reading }: SharedRead): Promise<MediaBytes | OpenBytes | Refused> {
  let own: MediaBytes | undefined;
  const file = await files.run(key, life, async () => {
    const whole = await reading.read(WHOLE);
    if (whole.kind === 'refused' || whole.kind === 'open') return whole;
    const bytes = whole.kind === 'bytes' ? await bytesOf(whole) : undefined;
    if (bytes !== undefined) {
      reading.keep(bytes);
      return { kind: 'file', bytes };
    }
    own = whole;
    reading.keepBehind(whole.sizeBytes);
    return { kind: 'large' };
  });
  if (file.kind === 'refused' || file.kind === 'open') return file;
  if (file.kind === 'file') return heldFile(file.bytes, wish);
  if (own === undefined) return reading.read(wish);
  if (wish.range === undefined) return own;
  if (own.kind === 'bytes' && own.body instanceof ReadableStream) await own.body.cancel();
  return reading.read(wish);
}

/** `undefined`: they are not to be held, and can still be streamed. */
async function bytesOf(whole: MediaBytes & { kind: 'bytes' }): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { sizeBytes, body } = whole;
  if (sizeBytes > SHARED_BYTES_MAX) return undefined;
  // Whoever takes a file over reads it beside the first one, so each read counts.
  const work = reads.begin(Symbol(), sizeBytes, Date.now());
  if (work === undefined) return undefined;
  try {
    return await holdBytes(body, sizeBytes);
  } finally {
    reads.end(work);
  }
}
