import { describe, expect, it } from 'vitest';
import { BroadcastId, ChannelId, Epoch, InitVersion, Msn, NodeId, PartIndex, RenditionId } from './ids.ts';

const rows = [
  {
    what: 'a channel id',
    schema: ChannelId,
    good: ['demo', 'a1', '0-', 'a'.repeat(63), 'my-channel-2'],
    bad: ['', 'a', 'a'.repeat(64), '-demo', 'Demo', 'de mo', 'demo/x', 'demo.', 'dé', 'demo\n', '..'],
  },
  {
    what: 'a broadcast id',
    schema: BroadcastId,
    good: ['0123456789abcdef', 'z'.repeat(32)],
    bad: ['', 'a'.repeat(15), 'a'.repeat(33), '0123456789ABCDEF', '0123456789abcde-', '0123456789abcdef\n'],
  },
  {
    what: 'a rendition id',
    schema: RenditionId,
    good: ['v720', 'a128', 'v1080-60', 'a128-en', 'v1', 'v99999', 'v1-12345678'],
    bad: ['', 'v', '720', 'x720', 'v123456', 'v720-', 'v720-123456789', 'v720-EN', 'v720.m3u8', 'V720', 'v720\n'],
  },
  {
    what: 'a node id',
    schema: NodeId,
    good: ['n', 'local-42', 'A'.repeat(64)],
    bad: ['', '-n', 'A'.repeat(65), 'a b', 'a_b', 'a.b', 'n\n'],
  },
  {
    what: 'an epoch',
    schema: Epoch,
    good: [1, Number.MAX_SAFE_INTEGER],
    bad: [0, -1, 1.5, '1', Number.MAX_SAFE_INTEGER + 1],
  },
  { what: 'an msn', schema: Msn, good: [1, 2], bad: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY] },
  { what: 'a part index', schema: PartIndex, good: [0, 255], bad: [-1, 256, 0.5] },
  { what: 'an init version', schema: InitVersion, good: [0, 65_535], bad: [-1, 65_536, 0.5] },
];

describe.each(rows)('$what', ({ schema, good, bad }) => {
  it.each(good.map((value) => [value]))('can be %j', (value) => expect(schema.safeParse(value).data).toBe(value));
  it.each(bad.map((value) => [value]))('cannot be %j', (value) => expect(schema.safeParse(value).success).toBe(false));
});
