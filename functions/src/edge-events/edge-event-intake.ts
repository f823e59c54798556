import type { ChannelId, EdgeEvent, EdgeEvents, EdgeEventsAnswer } from '@sluice/contracts';
import { z } from 'zod';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Broadcasts } from '../broadcasts/broadcasts.ts';
import type { Channel } from '../channels/channel.ts';
import type { Channels } from '../channels/channels.ts';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';

const Cursor = z.object({ takenThrough: z.int().nonnegative() });

/** What is to be done about an event, beside keeping what it says of the broadcast. */
export type EventConsequence = (event: EdgeEvent, broadcast: Broadcast, channel: Channel) => Promise<void>;

export interface EdgeEventIntakeParts {
  readonly table: Table;
  readonly channels: Channels;
  readonly broadcasts: Broadcasts;
  /** Called again for the same event when it, or what comes after it, failed. */
  readonly consequences: readonly EventConsequence[];
}

/**
 * Takes in what the edge tells of channels. An event counts as taken when all that follows from it is kept; until then
 * the edge tells it again, and what was done for it is done again, to the same effect.
 */
export class EdgeEventIntake {
  readonly #parts: EdgeEventIntakeParts;
  readonly #cursors: Records<z.infer<typeof Cursor>>;

  constructor(parts: EdgeEventIntakeParts) {
    this.#parts = parts;
    this.#cursors = new Records(parts.table, Cursor);
  }

  async take({ channelId, events }: EdgeEvents): Promise<EdgeEventsAnswer> {
    const channel = (await this.#parts.channels.get(channelId))?.value;
    const inOrder = [...events].sort((one, other) => one.sequence - other.sequence);
    const lastTold = inOrder.at(-1)?.sequence ?? 0;
    // Nobody is left to be told of it.
    if (channel === undefined) return { takenThrough: lastTold };
    let takenThrough = (await this.#cursors.get(cursorKey(channelId)))?.value.takenThrough ?? 0;
    for (const event of inOrder) {
      if (event.sequence <= takenThrough) continue;
      await this.#takeOne(event, channel);
      takenThrough = await this.#advance(channelId, event.sequence);
    }
    return { takenThrough };
  }

  async #takeOne(event: EdgeEvent, channel: Channel): Promise<void> {
    const { broadcasts, consequences } = this.#parts;
    const { channelId, tenantId } = channel;
    const broadcast = await broadcasts.take({ channelId, tenantId, event, retentionMs: retentionMs(channel) });
    // Its beginning was never told, or it is deleted: there is nothing to say it of.
    if (broadcast === undefined) return;
    for (const follow of consequences) await follow(event, broadcast, channel);
  }

  /** Never back: a batch that was told twice may be taken twice at once. */
  async #advance(channelId: ChannelId, sequence: number): Promise<number> {
    const key = cursorKey(channelId);
    const written = await this.#cursors.put(key, { takenThrough: sequence }, { if: 'absent' });
    if (written !== 'conflict') return sequence;
    const changed = await this.#cursors.change<number>(key, ({ value }) =>
      value.takenThrough >= sequence ? { not: value.takenThrough } : { to: { takenThrough: sequence } },
    );
    return typeof changed === 'number' ? changed : (changed?.value.takenThrough ?? sequence);
  }
}

function retentionMs({ recordingRetentionDays }: Channel): number | null {
  return recordingRetentionDays === null ? null : recordingRetentionDays * 24 * 3_600_000;
}

/** In the channel's partition, which goes with it. */
function cursorKey(channelId: ChannelId) {
  return { partition: `channel#${channelId}`, sort: 'edge-cursor' };
}
