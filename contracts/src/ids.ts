import { z } from 'zod';

/** The public name of a channel. It never reveals a stream key. */
export const ChannelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'a channel id is 2 to 63 of a-z, 0-9 and -, and does not begin with -')
  .brand<'ChannelId'>()
  .meta({ id: 'ChannelId', description: 'The public name of a channel, chosen by its owner.', examples: ['demo'] });
export type ChannelId = z.infer<typeof ChannelId>;

/** One continuous live session of a channel; made by the edge when it grants a lease. Sorts by time. */
export const BroadcastId = z
  .string()
  .regex(/^[0-9a-z]{16,32}$/, 'a broadcast id is 16 to 32 of 0-9 and a-z')
  .brand<'BroadcastId'>()
  .meta({
    id: 'BroadcastId',
    description: 'One continuous live session of a channel. Sorts by time.',
    examples: ['0mgx1c2d3o4e5f6g7h'],
  });
export type BroadcastId = z.infer<typeof BroadcastId>;

/** `v720`, `a128`: `v` and the height, or `a` and kbit/s; a second one of the same size adds `-60` or `-en`. */
export const RenditionId = z
  .string()
  .regex(/^[va][0-9]{1,5}(-[a-z0-9]{1,8})?$/, 'a rendition id is v720, a128 or v1080-60')
  .brand<'RenditionId'>()
  .meta({
    id: 'RenditionId',
    description:
      '`v` and the height in pixels, or `a` and the bitrate in kbit/s; `-60` or `-en` behind it where another is of the same size.',
    examples: ['v720'],
  });
export type RenditionId = z.infer<typeof RenditionId>;

/** The fencing number of a publisher's lease on a channel. A higher one always wins. */
export const Epoch = z.int().positive().brand<'Epoch'>();
export type Epoch = z.infer<typeof Epoch>;

/** Names one ingest node process for the life of that process. */
export const NodeId = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/, 'a node id is up to 64 of A-Z, a-z, 0-9 and -')
  .brand<'NodeId'>()
  .meta({ id: 'NodeId', description: 'One run of one ingest node.', examples: ['ingest-7f3a'] });
export type NodeId = z.infer<typeof NodeId>;

/** Media sequence number of a segment. The first one of a broadcast is 1 (hls.js#8013: some players stall on 0). */
export const Msn = z.int().positive();
/** Index of a part in its segment, from 0. */
export const PartIndex = z.int().nonnegative().max(255);
/** Version of a rendition's init segment, from 0; it changes when the codec's configuration does. */
export const InitVersion = z.int().nonnegative().max(65_535);
