import { z } from 'zod';
import { LastBroadcast } from '../broadcasts/last-broadcasts.ts';
import { ShownChannel } from './channel.ts';

/** A channel among others: also when it was live last. */
export const ListedChannel = z
  .object({
    ...ShownChannel.shape,
    lastBroadcast: LastBroadcast.nullable().describe(
      'The one that ended last; `null`: none has. What is live is told by `GET /v1/broadcasts`.',
    ),
  })
  .meta({ id: 'ListedChannel', description: 'A channel with its settings, and when it was live last.' });
export type ListedChannel = z.infer<typeof ListedChannel>;
