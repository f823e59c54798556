import {
  type ChannelId,
  EVENTS_PER_BATCH_MAX,
  KeptIngestEvent,
  type LoggedIngestEvent,
  type NodeId,
} from '@sluice/contracts';
import { RecordBusyError, Records } from '../storage/records.ts';
import { removePartition } from '../storage/remove-partition.ts';
import type { Table } from '../storage/table.ts';

/** What an owner may want to look back on; older ones are dropped. */
export const EVENTS_PER_CHANNEL_MAX = 500;
/** Some fifty minutes of one publisher's. */
export const FIGURES_PER_CHANNEL_MAX = 300;
/** Beyond it nobody looks at them. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** Nodes of one channel that tell at the same time are few. */
const APPEND_TRIES_MAX = 16;
const SEQUENCE_DIGITS = 12;

/** What one node tells at once, as far as it is logged. */
export interface LoggedBatch {
  readonly nodeId: NodeId;
  readonly events: readonly LoggedIngestEvent[];
}

/** So many events, from the one that follows `after`. */
export interface EventPage {
  readonly limit: number;
  readonly after: number;
}

/** What a log is of: what has happened, or figures, of which there are so many that they would push out the rest. */
export type LogKind = 'events' | 'figures';

/**
 * What ingest nodes tell of channels. Events of a channel are numbered by the places that they take: each takes the
 * first free one, under the condition that it is free.
 */
export class EventLog {
  readonly #records: Records<KeptIngestEvent>;
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
    this.#records = new Records(table, KeptIngestEvent);
  }

  /**
   * Keeps what it does not know yet, of channels that exist, and drops the oldest above the limits. How many were of
   * such channels.
   *
   * @param channels those that exist.
   */
  async keep({ nodeId, events }: LoggedBatch, channels: ReadonlySet<ChannelId>, nowMs: number): Promise<number> {
    let kept = 0;
    for (const [channelId, its] of Map.groupBy(events, (event) => event.channelId)) {
      if (!channels.has(channelId)) continue;
      const told = its.map((event) => ({ receivedAtMs: nowMs, nodeId, event }));
      const [figures, others] = [told.filter(isFigures), told.filter((each) => !isFigures(each))];
      await this.#append({ channelId, kind: 'figures' }, figures);
      await this.#append({ channelId, kind: 'events' }, await this.#unknown(channelId, others));
      kept += its.length;
    }
    return kept;
  }

  /** Those of channels that exist which have not been kept, figures left out. */
  async unknown({ events }: LoggedBatch, channels: ReadonlySet<ChannelId>): Promise<LoggedIngestEvent[]> {
    const unknown: LoggedIngestEvent[] = [];
    for (const [channelId, its] of Map.groupBy(events, (event) => event.channelId)) {
      if (!channels.has(channelId)) continue;
      const told = its.filter(({ kind }) => kind !== 'figures').map((event) => ({ event }));
      unknown.push(...(await this.#unknown(channelId, told)).map(({ event }) => event));
    }
    return unknown;
  }

  /** The oldest first. */
  async page(channelId: ChannelId, kind: LogKind, { after, limit }: EventPage): Promise<KeptIngestEvent[]> {
    const query = { partition: partitionOf({ channelId, kind }), after: sortOf(after), limit };
    return (await this.#records.query(query)).map(({ value }) => value);
  }

  /** So many of the newest, the oldest of them first. */
  async newest(channelId: ChannelId, kind: LogKind, count: number): Promise<KeptIngestEvent[]> {
    const query = { partition: partitionOf({ channelId, kind }), isBackward: true, limit: count };
    return (await this.#records.query(query)).map(({ value }) => value).reverse();
  }

  /** All that was told of a channel. */
  async forget(channelId: ChannelId): Promise<void> {
    await removePartition(this.#table, partitionOf({ channelId, kind: 'events' }));
    await removePartition(this.#table, partitionOf({ channelId, kind: 'figures' }));
  }

  /** A batch whose answer was lost comes again, soon and whole. Figures may be kept twice: nobody adds them up. */
  async #unknown<T extends Pick<Told, 'event'>>(channelId: ChannelId, told: readonly T[]): Promise<T[]> {
    if (told.length === 0) return [];
    const partition = partitionOf({ channelId, kind: 'events' });
    const newest = await this.#records.query({ partition, isBackward: true, limit: 2 * EVENTS_PER_BATCH_MAX });
    const known = new Set(newest.map(({ value }) => value.event.eventId));
    return told.filter(({ event }) => !known.has(event.eventId) && known.add(event.eventId));
  }

  async #append(log: Log, told: readonly Told[]): Promise<void> {
    if (told.length === 0) return;
    let sequence = await this.#lastSequence(log);
    for (const each of told) {
      for (let tries = 0; ; tries += 1) {
        sequence += 1;
        if (await this.#take(log, { sequence, ...each })) break;
        if (tries === APPEND_TRIES_MAX) throw new RecordBusyError('too many tell of one channel at once');
        sequence = await this.#lastSequence(log);
      }
      const surplus = sequence - (log.kind === 'events' ? EVENTS_PER_CHANNEL_MAX : FIGURES_PER_CHANNEL_MAX);
      if (surplus > 0) await this.#records.remove({ partition: partitionOf(log), sort: sortOf(surplus) });
    }
  }

  async #take(log: Log, event: KeptIngestEvent): Promise<boolean> {
    const key = { partition: partitionOf(log), sort: sortOf(event.sequence) };
    const expiresAtMs = event.receivedAtMs + KEPT_MS;
    return (await this.#records.put(key, event, { if: 'absent', expiresAtMs })) !== 'conflict';
  }

  async #lastSequence(log: Log): Promise<number> {
    const [last] = await this.#records.query({ partition: partitionOf(log), isBackward: true, limit: 1 });
    return last?.value.sequence ?? 0;
  }
}

interface Log {
  readonly channelId: ChannelId;
  readonly kind: LogKind;
}

type Told = Omit<KeptIngestEvent, 'sequence'>;

function isFigures({ event }: Told): boolean {
  return event.kind === ('figures' satisfies LoggedIngestEvent['kind']);
}

function partitionOf({ channelId, kind }: Log): string {
  return `${kind}#${channelId}`;
}

function sortOf(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}
