import { BroadcastId, ChannelId, type RenditionPlace } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { type MediaReply, refused } from '../channel/channel-replies.ts';
import { V720 } from '../testing/test-broadcast.ts';
import { streamOpenSegment } from './open-segment.ts';

const PLACE: RenditionPlace = {
  channelId: ChannelId.parse('open'),
  broadcastId: BroadcastId.parse('0mww8blwx4z6wtlh8p63'),
  renditionId: V720,
};
const SIZES = [700, 1, 1_500, 20];

/** A segment of four parts, of which the answers to `askMore` tell more and more. */
function open(replies: readonly MediaReply[], { known = 1, missing = -1 } = {}) {
  const asked: number[] = [];
  const rest = [...replies];
  const source = {
    readPart: async ({ partIndex }: { readonly partIndex: number }) => {
      const sizeBytes = SIZES[partIndex] ?? 0;
      if (partIndex === missing) return undefined;
      return { kind: 'bytes', sizeBytes, range: undefined, body: new Uint8Array(sizeBytes).fill(partIndex) } as const;
    },
    askMore: async (fromPart: number) => {
      asked.push(fromPart);
      return rest.shift() ?? refused('held-too-long');
    },
  };
  const partSizesBytes = SIZES.slice(0, known);
  return { asked, stream: streamOpenSegment(source, { place: PLACE, msn: 3, partSizesBytes }) };
}

const so = (count: number): MediaReply => ({ kind: 'open', partSizesBytes: SIZES.slice(0, count) });
const whole = (count = SIZES.length): MediaReply => ({ kind: 'in-parts', partSizesBytes: SIZES.slice(0, count) });

async function lengthOf(stream: ReadableStream<Uint8Array>): Promise<number> {
  return (await new Response(stream).arrayBuffer()).byteLength;
}

describe('a segment that is being made', () => {
  it('is sent part by part, each asked for once, until it is whole (rule B64)', async () => {
    const { asked, stream } = open([so(2), so(3), whole()]);
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    expect(bytes.length).toBe(2_221);
    expect([bytes[699], bytes[700], bytes[701], bytes[2_201]]).toEqual([0, 1, 2, 3]);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('sends each part before it asks for the next one (rule B64)', async () => {
    const more = Promise.withResolvers<MediaReply>();
    const source = {
      readPart: async () => ({ kind: 'bytes', sizeBytes: 700, range: undefined, body: new Uint8Array(700) }) as const,
      askMore: () => more.promise,
    };
    const reader = streamOpenSegment(source, { place: PLACE, msn: 3, partSizesBytes: [700] }).getReader();
    expect((await reader.read()).value?.byteLength).toBe(700);
    more.resolve({ kind: 'in-parts', partSizesBytes: [700] });
    expect((await reader.read()).done).toBe(true);
  });

  it('takes what has come at once, and closed short is as long as it became', async () => {
    const all = open([whole()]);
    expect([await lengthOf(all.stream), all.asked]).toEqual([2_221, [1]]);
    const short = open([whole(2)], { known: 2 });
    expect(await lengthOf(short.stream)).toBe(701);
  });

  it.each([
    ['the next part becomes a gap, or the publisher is lost', [refused('no-such-media')]],
    ['it is held for too long', [so(2), refused('held-too-long')]],
    ['there is no more than before', [so(1)]],
    ['it has no parts any more', [{ kind: 'stored' }]],
  ] as const)('is broken off with an error where %s (rule B64)', async (_, replies) => {
    await expect(lengthOf(open(replies).stream)).rejects.toThrow();
  });

  it('is broken off where a part is not in the bucket', async () => {
    await expect(lengthOf(open([whole()], { missing: 2 }).stream)).rejects.toThrow();
  });

  it('asks for nothing more once its viewer has gone', async () => {
    const { asked, stream } = open([so(2), so(3), whole()]);
    await stream.cancel();
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked).toEqual([]);
  });
});
