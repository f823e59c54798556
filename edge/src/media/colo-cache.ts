import { log } from '../log.ts';
import { type ByteRange, byteRangeHeader, readContentRange } from './byte-range.ts';
import { mediaAnswer } from './media-answer.ts';
import type { MediaBody, MediaBytes, MediaWish } from './media-bytes.ts';

/** A file that goes into the cache, whole. */
export interface CachedFile {
  readonly key: string;
  readonly contentType: string;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly body: MediaBody;
}

/** The cache answers in milliseconds, or is left out. */
const MATCH_MS_MAX = 500;

/**
 * Media in the cache of the data centre (the Cache API): shared by all isolates there, and by nobody else. Its key is
 * the canonical URL, without token and query. It holds whole files and cuts ranges out of them; nothing but a 200 gets
 * in, so what was not there a moment ago is looked for again. Trouble with it is told to the log and costs a look at
 * the bucket, never an answer.
 */
export class ColoCache {
  readonly #cache: Cache;
  readonly #origin: string;

  /** @param origin of the request: the platform keeps only what belongs to the zone that the Worker runs in. */
  constructor(cache: Cache, origin: string) {
    this.#cache = cache;
    this.#origin = origin;
  }

  async read(key: string, { isHead, range }: MediaWish): Promise<MediaBytes | undefined> {
    try {
      const answer = await this.#match(key, isHead ? undefined : range);
      if (answer === undefined) return undefined;
      const read = readAnswer(answer);
      if (read?.kind === 'bytes' && !isHead) return read;
      await answer.body?.cancel();
      return read?.kind === 'bytes' ? { ...read, body: null } : read;
    } catch (error) {
      log('warn', 'the cache could not be read', { key, reason: String(error) });
      return undefined;
    }
  }

  /** Resolves when it is stored, or will not be. */
  async put({ key, contentType, etag, sizeBytes, body }: CachedFile): Promise<void> {
    try {
      const answer = mediaAnswer({ kind: 'bytes', sizeBytes, range: undefined, body }, { contentType, etag });
      await this.#cache.put(this.#url(key), answer);
    } catch (error) {
      log('warn', 'media could not be cached', { key, reason: String(error) });
    }
  }

  async #match(key: string, range: ByteRange | undefined): Promise<Response | undefined> {
    const headers = range === undefined ? {} : { range: byteRangeHeader(range) };
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, MATCH_MS_MAX);
    try {
      return await Promise.race([this.#cache.match(new Request(this.#url(key), { headers })), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #url(key: string): string {
    return `${this.#origin}/live/${key}`;
  }
}

/** `undefined` for anything that a cache of whole files should not say. */
function readAnswer({ status, headers, body }: Response): MediaBytes | undefined {
  if (status === 200) {
    const sizeBytes = Number(headers.get('content-length') ?? Number.NaN);
    return Number.isSafeInteger(sizeBytes) ? { kind: 'bytes', sizeBytes, range: undefined, body } : undefined;
  }
  const { range, sizeBytes } = readContentRange(headers.get('content-range'));
  if (sizeBytes === undefined) return undefined;
  if (status === 206 && range !== undefined) return { kind: 'bytes', sizeBytes, range, body };
  return status === 416 ? { kind: 'out-of-range', sizeBytes } : undefined;
}
