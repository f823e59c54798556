import type { ChannelId } from '@sluice/contracts';
import { type Kept, Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import { nextMediaLiveState } from './medialive-life.ts';
import { absentMediaLive, MediaLiveRecord } from './medialive-record.ts';

/** The MediaLives of channels, an item each. */
export class MediaLives {
  readonly #records: Records<MediaLiveRecord>;

  constructor(table: Table) {
    this.#records = new Records(table, MediaLiveRecord);
  }

  get(channelId: ChannelId): Promise<Kept<MediaLiveRecord> | undefined> {
    return this.#records.get(keyOf(channelId));
  }

  /** What is wanted from now on. */
  async want(channelId: ChannelId, isWanted: boolean, nowMs: number): Promise<MediaLiveRecord> {
    const absent = absentMediaLive(channelId, nowMs);
    await this.#records.put(keyOf(channelId), absent, { if: 'absent' });
    const changed = await this.#records.change(keyOf(channelId), ({ value }) => {
      // Whoever asks for one that has failed wants another one.
      const isAgain = isWanted && value.state === 'failed';
      return { to: { ...value, isWanted, ...(isAgain && { state: nextMediaLiveState('failed', 'wanted') }) } };
    });
    return changed?.value ?? absent;
  }

  /** `false`: somebody else has written it meanwhile, and nothing was. */
  async put(record: MediaLiveRecord, version: number): Promise<boolean> {
    return (await this.#records.put(keyOf(record.channelId), record, { if: version })) !== 'conflict';
  }
}

function keyOf(channelId: ChannelId) {
  return { partition: `medialive#${channelId}`, sort: 'medialive' };
}
