import type { ChannelId, IngestEvent, IngestEvents, IngestEventsAnswer, KeptIngestEvent } from '@sluice/contracts';
import { EVENTS_PER_CHANNEL_MAX, type EventPage, FIGURES_PER_CHANNEL_MAX } from './control-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { readIngestEventRow } from './sqlite-rows.ts';

const IS_THERE = 'SELECT count(*) AS count FROM channel WHERE channel_id = ?';
const INSERT = `
  INSERT INTO ingest_event (channel_id, event_id, node_id, received_at_ms, is_figures, event_json)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel_id, event_id) DO NOTHING`;
const DROP_OLDEST_FIGURES = `
  DELETE FROM ingest_event WHERE channel_id = ?1 AND is_figures = 1 AND sequence <= (
    SELECT sequence FROM ingest_event WHERE channel_id = ?1 AND is_figures = 1
    ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`;
const DROP_OLDEST = `
  DELETE FROM ingest_event WHERE channel_id = ?1 AND sequence <= (
    SELECT sequence FROM ingest_event WHERE channel_id = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`;
const PAGE = 'SELECT * FROM ingest_event WHERE channel_id = ? AND sequence > ? ORDER BY sequence LIMIT ?';

/** What has happened to channels, as many of the newest as are kept. */
export class SqliteEvents {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  keep({ nodeId, events }: IngestEvents, nowMs: number): IngestEventsAnswer {
    return this.#database.atomically(() => {
      const kept = Map.groupBy(events, ({ channelId }) => channelId);
      for (const channelId of kept.keys()) if (!this.#isThere(channelId)) kept.delete(channelId);
      for (const [channelId, its] of kept) {
        for (const event of its) this.#insert(event, nodeId, nowMs);
        this.#database.run(DROP_OLDEST_FIGURES, channelId, FIGURES_PER_CHANNEL_MAX);
        this.#database.run(DROP_OLDEST, channelId, EVENTS_PER_CHANNEL_MAX);
      }
      const keptCount = [...kept.values()].reduce((sum, its) => sum + its.length, 0);
      return { kept: keptCount, dropped: events.length - keptCount };
    });
  }

  page(channelId: ChannelId, { after, limit }: EventPage): KeptIngestEvent[] {
    return this.#database.statement(PAGE).all(channelId, after, limit).map(readIngestEventRow);
  }

  #isThere(channelId: ChannelId): boolean {
    return this.#database.count(IS_THERE, channelId) > 0;
  }

  #insert(event: IngestEvent, nodeId: string, nowMs: number): void {
    const { channelId, eventId, kind } = event;
    this.#database.run(INSERT, channelId, eventId, nodeId, nowMs, Number(kind === 'figures'), JSON.stringify(event));
  }
}
