import type { ChannelId } from '@sluice/contracts';
import type { Channel } from '../channels/channel.ts';
import { type Kept, Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import {
  absentMediaLive,
  changedMediaLive,
  MediaLiveRecord,
  unwantedMediaLive,
  wantedMediaLive,
} from './medialive-record.ts';

/** The MediaLives of channels, an item each. */
export class MediaLives {
  readonly #records: Records<MediaLiveRecord>;

  constructor(table: Table) {
    this.#records = new Records(table, MediaLiveRecord);
  }

  get(channelId: ChannelId): Promise<Kept<MediaLiveRecord> | undefined> {
    return this.#records.get(keyOf(channelId));
  }

  /** The channel is to have one from now on. Throws RecordBusyError. */
  async want(channel: Channel, nowMs: number): Promise<MediaLiveRecord> {
    const { channelId } = channel;
    const absent = absentMediaLive(channelId, channel.createdAtMs);
    await this.#records.put(keyOf(channelId), absent, { if: 'absent' });
    const changed = await this.#change(channelId, nowMs, (record) => wantedMediaLive(record, channel));
    return changed ?? absent;
  }

  /** What there is of this name is to go; `undefined`: there never was one. Throws RecordBusyError. */
  unwant(channelId: ChannelId, nowMs: number): Promise<MediaLiveRecord | undefined> {
    return this.#change(channelId, nowMs, unwantedMediaLive);
  }

  /** `false`: somebody else has written it meanwhile, and nothing was. */
  async put(record: MediaLiveRecord, version: number): Promise<boolean> {
    return (await this.#records.put(keyOf(record.channelId), record, { if: version })) !== 'conflict';
  }

  async #change(
    channelId: ChannelId,
    nowMs: number,
    change: (record: MediaLiveRecord) => MediaLiveRecord,
  ): Promise<MediaLiveRecord | undefined> {
    const changed = await this.#records.change(keyOf(channelId), ({ value }) => ({
      to: changedMediaLive(value, change(value), nowMs),
    }));
    return changed?.value;
  }
}

function keyOf(channelId: ChannelId) {
  return { partition: `medialive#${channelId}`, sort: 'medialive' };
}
