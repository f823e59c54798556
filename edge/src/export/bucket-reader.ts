import { initKey, partKey, type RenditionId, type RenditionPlace, segmentKey } from '@sluice/contracts';
import { holdBytes } from '../media/hold-bytes.ts';
import { type MediaBytes, type MediaWish, WHOLE } from '../media/media-bytes.ts';
import type { MediaStore } from '../media/media-store.ts';
import { sizedSegment } from '../media/old-segment.ts';
import { readSegmentOfParts } from '../media/segment-of-parts.ts';
import { StoreError } from '../media/store-error.ts';
import { ExportError } from './export-error.ts';
import type { ExportReader, ExportSegment, OpenedSegment } from './export-source.ts';

/** One or two kilobytes, whatever the codec. */
const INIT_BYTES_MAX = 64 * 1024;

/** Reads an export's media straight from the bucket: nobody else will want it, so no cache is filled with it. */
export class BucketReader implements ExportReader {
  readonly #store: MediaStore;
  readonly #broadcast: Omit<RenditionPlace, 'renditionId'>;

  constructor(store: MediaStore, broadcast: Omit<RenditionPlace, 'renditionId'>) {
    this.#store = store;
    this.#broadcast = broadcast;
  }

  async readInit(renditionId: RenditionId, initVersion: number): Promise<Uint8Array> {
    const key = initKey({ ...this.#broadcast, renditionId }, initVersion);
    const read = await this.#store.read(key, WHOLE);
    if (read === undefined) throw new ExportError('media-missing', key);
    if (read.kind !== 'bytes' || read.sizeBytes > INIT_BYTES_MAX) {
      throw new ExportError('init-unsupported', `${key} has ${read.sizeBytes} bytes`);
    }
    return holdBytes(read.body, read.sizeBytes);
  }

  async openSegment(segment: ExportSegment, fromByte: number): Promise<OpenedSegment> {
    const place = { ...this.#broadcast, renditionId: segment.renditionId };
    const key = segmentKey(place, segment.msn);
    const wish = fromByte === 0 ? WHOLE : wishFrom(fromByte);
    const read = (await this.#store.read(key, wish)) ?? (await this.#ofParts(place, segment, wish));
    if (read === undefined) throw new ExportError('media-missing', key);
    // A server may answer a range with everything.
    if (read.kind !== 'bytes' || (read.range?.offsetBytes ?? 0) !== fromByte) {
      throw new StoreError('unexpected', `${key} was not answered from byte ${fromByte} on`);
    }
    return { sizeBytes: read.sizeBytes, body: read.body };
  }

  /** A segment that was closed by a seam, or that a node on a thin line gave up, has no object of its own. */
  async #ofParts(
    place: RenditionPlace,
    { msn, partCount = 0 }: ExportSegment,
    wish: MediaWish,
  ): Promise<MediaBytes | undefined> {
    const segment = partCount === 0 ? undefined : await sizedSegment(this.#store, { place, msn, partCount });
    if (segment === undefined) return undefined;
    const readPart = (part: { readonly partIndex: number }, ownWish: MediaWish) =>
      this.#store.read(partKey(place, msn, part.partIndex), ownWish);
    return readSegmentOfParts(readPart, segment, wish);
  }
}

function wishFrom(offsetBytes: number): MediaWish {
  return { isHead: false, range: { kind: 'from', offsetBytes, lastByte: undefined } };
}
