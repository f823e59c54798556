import { z } from 'zod';

/**
 * How a channel's `index.m3u8` offers sound and picture. `separate`: each in playlists and files of its own. `muxed`:
 * both in one, put together by the edge, for half the requests; what is stored is the same (docs/adr/0026).
 */
export const Delivery = z.enum(['separate', 'muxed']).meta({
  id: 'Delivery',
  description:
    'How HLS offers sound and picture. `separate`: each in playlists and files of its own. `muxed`: both in one, for half the requests.',
});
export type Delivery = z.infer<typeof Delivery>;
