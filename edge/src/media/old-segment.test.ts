import { BroadcastId, ChannelId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { V720 } from '../testing/test-broadcast.ts';
import type { MediaWish } from './media-bytes.ts';
import type { MediaStore } from './media-store.ts';
import { sizedSegment } from './old-segment.ts';

const place = {
  channelId: ChannelId.parse('demo'),
  broadcastId: BroadcastId.parse('0mww8blwx4z6wtlh8p63'),
  renditionId: V720,
};

/** A bucket with parts of these sizes, `undefined` where there is none; and what it was asked. */
function bucket(sizes: readonly (number | undefined)[]) {
  const asked: MediaWish[] = [];
  const store: MediaStore = {
    read: async (key, wish) => {
      asked.push(wish);
      const sizeBytes = sizes[Number(/\.([0-9]+)\.m4s$/.exec(key)?.[1])];
      return sizeBytes === undefined ? undefined : { kind: 'bytes', sizeBytes, range: undefined, body: null };
    },
  };
  return { store, asked };
}

describe('a segment of which nobody remembers how large its parts are', () => {
  it('is asked of the bucket, and not a byte of it is read', async () => {
    const { store, asked } = bucket([100, 90, 110]);
    const segment = await sizedSegment(store, { place, msn: 7, partCount: 3 });
    expect(segment).toEqual({ place, msn: 7, partSizesBytes: [100, 90, 110] });
    expect(asked).toEqual(Array(3).fill({ isHead: true, range: undefined }));
  });

  it('is not there when one of its parts is not', async () => {
    const { store } = bucket([100, undefined, 110]);
    expect(await sizedSegment(store, { place, msn: 7, partCount: 3 })).toBeUndefined();
  });
});
