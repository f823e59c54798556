import type { Refused } from '../channel/channel-replies.ts';
import { mediaContentType } from '../http/content-types.ts';
import { ColoCache } from './colo-cache.ts';
import { entityTag } from './entity-tag.ts';
import { type MediaBody, type MediaBytes, type MediaWish, type OpenBytes, WHOLE } from './media-bytes.ts';
import { mediaSettings } from './media-settings.ts';
import { type MediaAddress, type MediaSource, mediaKey, readFromSource } from './media-source.ts';
import type { MediaScope } from './read-media.ts';
import type { ReadPart } from './segment-of-parts.ts';
import { WorkLimit } from './work-limit.ts';

/** What is larger is not cached: it fills much of a data centre's share for few viewers. */
const CACHED_BYTES_MAX = 64 * 1024 * 1024;
/** Files that this isolate reads for the cache alone. Beyond it a file is cached when it is asked for next. */
const FILLING_MAX = 4;

const filling = new WorkLimit(FILLING_MAX);

/**
 * A file that one request reads, through the data centre's cache where the deployment has that layer. What was not in
 * the cache gets there while the viewer is served: out of the bytes that others share, or else by a read of its own. A
 * stream that goes to a viewer is not split for it, for what a slow viewer has not taken would be held in memory.
 */
export class CachedReading {
  readonly #scope: MediaScope;
  readonly #address: MediaAddress;
  readonly #source: MediaSource;
  readonly #cache: ColoCache | undefined;
  #isOutOfCache = false;

  constructor(scope: MediaScope, address: MediaAddress, readPart: ReadPart) {
    const { store, isCached } = mediaSettings(scope.bindings);
    this.#scope = scope;
    this.#address = address;
    this.#source = { store, readPart, askWindow: scope.askWindow };
    this.#cache = isCached ? new ColoCache(caches.default, scope.origin) : undefined;
  }

  async read(wish: MediaWish): Promise<MediaBytes | OpenBytes | Refused> {
    const cached = await this.#cache?.read(this.#key, wish);
    this.#isOutOfCache = cached !== undefined;
    return cached ?? readFromSource(this.#source, this.#address, wish);
  }

  /** The same, for this viewer alone. */
  async readAlone(wish: MediaWish): Promise<MediaBytes | OpenBytes | Refused> {
    const read = await this.read(wish);
    const isWhole = read.kind === 'bytes' && read.range === undefined && read.body !== null;
    if (isWhole) this.keepBehind(read.sizeBytes);
    return read;
  }

  /** Puts bytes that were read into the cache, unless that is where they are from. */
  keep(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isOutOfCache || this.#cache === undefined) return;
    this.#scope.life.waitUntil(this.#put(this.#cache, bytes, bytes.byteLength));
  }

  /** Reads the file once more, for the cache. */
  keepBehind(sizeBytes: number): void {
    const isToKeep = !this.#isOutOfCache && sizeBytes <= CACHED_BYTES_MAX;
    if (!isToKeep || this.#cache === undefined) return;
    const work = filling.begin(this.#key, 1, Date.now());
    if (work === undefined) return;
    this.#scope.life.waitUntil(this.#fill(this.#cache).finally(() => filling.end(work)));
  }

  get #key(): string {
    return mediaKey(this.#address);
  }

  /** A segment that has no object of its own yet is not kept: it soon has one. */
  async #fill(cache: ColoCache): Promise<void> {
    const stored = await this.#source.store.read(this.#key, WHOLE).catch(() => undefined);
    if (stored?.kind === 'bytes') await this.#put(cache, stored.body, stored.sizeBytes);
  }

  #put(cache: ColoCache, body: MediaBody, sizeBytes: number): Promise<void> {
    const contentType = mediaContentType(this.#address.place.renditionId);
    return cache.put({ key: this.#key, contentType, etag: entityTag(this.#key), sizeBytes, body });
  }
}
