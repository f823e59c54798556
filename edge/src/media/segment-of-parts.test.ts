import { env } from 'cloudflare:workers';
import { BroadcastId, ChannelId, partKey, type RenditionPlace } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { V720 } from '../testing/test-broadcast.ts';
import { readByteRange } from './byte-range.ts';
import { R2Store } from './r2-store.ts';
import { piecesOf, type ReadPart, readSegmentOfParts } from './segment-of-parts.ts';

const store = new R2Store(env.MEDIA);
const readPart: ReadPart = ({ place, msn, partIndex }, wish) => store.read(partKey(place, msn, partIndex), wish);

function placeOf(channel: string): RenditionPlace {
  return {
    channelId: ChannelId.parse(channel),
    broadcastId: BroadcastId.parse('0mww8blwx4z6wtlh8p63'),
    renditionId: V720,
  };
}

describe('the pieces of a segment', () => {
  it('are the bytes that were asked for, in order, whatever the parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
        fc.nat(100),
        fc.nat(100),
        (sizes, from, length) => {
          const whole = sizes.flatMap((size, index) => Array.from({ length: size }, (_, at) => `${index}:${at}`));
          const pieces = piecesOf(sizes, { offsetBytes: from, lengthBytes: length });
          const read = pieces.flatMap(({ partIndex, range }) => {
            const { offsetBytes, lengthBytes } = range ?? { offsetBytes: 0, lengthBytes: sizes[partIndex] ?? 0 };
            return Array.from({ length: lengthBytes }, (_, at) => `${partIndex}:${offsetBytes + at}`);
          });
          expect(read).toEqual(whole.slice(from, from + length));
        },
      ),
    );
  });
});

describe('a segment out of its parts', () => {
  const SIZES = [700, 1, 1_500];

  async function segment(channel: string, stored: readonly number[] = [0, 1, 2]) {
    const place = placeOf(channel);
    for (const partIndex of stored) {
      await env.MEDIA.put(partKey(place, 3, partIndex), new Uint8Array(SIZES[partIndex] ?? 0).fill(partIndex + 1));
    }
    return { place, msn: 3, partSizesBytes: SIZES };
  }

  it('is their bytes, one part after the other', async () => {
    const read = await readSegmentOfParts(readPart, await segment('whole'), { isHead: false, range: undefined });
    if (read?.kind !== 'bytes') throw new Error('no bytes');
    const bytes = new Uint8Array(await new Response(read.body).arrayBuffer());
    expect([read.sizeBytes, bytes.length]).toEqual([2_201, 2_201]);
    expect([bytes[0], bytes[699], bytes[700], bytes[701], bytes[2_200]]).toEqual([1, 1, 2, 3, 3]);
  });

  it('is read by range across parts', async () => {
    const wish = { isHead: false, range: readByteRange('bytes=699-701') };
    const read = await readSegmentOfParts(readPart, await segment('range'), wish);
    if (read?.kind !== 'bytes') throw new Error('no bytes');
    expect(read.range).toEqual({ offsetBytes: 699, lengthBytes: 3 });
    expect([...new Uint8Array(await new Response(read.body).arrayBuffer())]).toEqual([1, 2, 3]);
  });

  it('has its size without a look at the bucket', async () => {
    const wish = { isHead: true, range: undefined };
    const read = await readSegmentOfParts(readPart, await segment('head', []), wish);
    expect(read).toEqual({ kind: 'bytes', sizeBytes: 2_201, range: undefined, body: null });
  });

  it('is not there without its first part, and out of range past its end', async () => {
    expect(
      await readSegmentOfParts(readPart, await segment('none', [1, 2]), { isHead: false, range: undefined }),
    ).toBeUndefined();
    const wish = { isHead: false, range: readByteRange('bytes=2201-') };
    expect(await readSegmentOfParts(readPart, await segment('past'), wish)).toEqual({
      kind: 'out-of-range',
      sizeBytes: 2_201,
    });
  });

  it('is cut off, and not shorter, where a later part is missing', async () => {
    const read = await readSegmentOfParts(readPart, await segment('cut', [0, 1]), { isHead: false, range: undefined });
    if (read?.kind !== 'bytes') throw new Error('no bytes');
    await expect(new Response(read.body).arrayBuffer()).rejects.toThrow();
  });
});
