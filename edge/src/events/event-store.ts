import { type BroadcastId, EdgeEvent } from '@sluice/contracts';
import { z } from 'zod';
import { log } from '../log.ts';
import { RefusedRecord } from './delivery-plan.ts';
import type { OutboxChanges } from './event-outbox.ts';
import { ToldRecord } from './told-broadcast.ts';

const STATE_KEY = 'events/state';
const OUTBOX_PREFIX = 'events/outbox/';
const TOLD_PREFIX = 'events/told/';
/** Of a sequence in a key, so that rows sort as events do; milliseconds since 1970 have thirteen. */
const SEQUENCE_DIGITS = 16;

const StateRecord = z.object({ lastSequence: z.int().nonnegative(), refused: RefusedRecord.optional() });
export type StateRecord = z.infer<typeof StateRecord>;

/** The rows of a channel's events in the object's SQLite database: those to be told, and what was told of each broadcast. */
export class EventStore {
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
  }

  readState(): StateRecord {
    const record = StateRecord.safeParse(this.#kv.get(STATE_KEY) ?? { lastSequence: 0 });
    if (record.success) return record.data;
    log('error', 'the kept state of events cannot be read');
    return { lastSequence: 0 };
  }

  readOutbox(): EdgeEvent[] {
    return this.#read(OUTBOX_PREFIX, EdgeEvent);
  }

  readTold(): ToldRecord[] {
    return this.#read(TOLD_PREFIX, ToldRecord);
  }

  writeState(state: StateRecord): void {
    this.#kv.put(STATE_KEY, state);
  }

  writeOutbox({ added, removed }: OutboxChanges): void {
    for (const sequence of removed) this.#kv.delete(outboxKey(sequence));
    for (const event of added) this.#kv.put(outboxKey(event.sequence), event);
  }

  writeTold(record: ToldRecord): void {
    this.#kv.put(TOLD_PREFIX + record.broadcastId, record);
  }

  forgetTold(broadcastId: BroadcastId): void {
    this.#kv.delete(TOLD_PREFIX + broadcastId);
  }

  /** A row that cannot be read is left out: the others are worth telling. */
  #read<Row>(prefix: string, schema: z.ZodType<Row>): Row[] {
    return [...this.#kv.list({ prefix })].flatMap(([key, value]) => {
      const row = schema.safeParse(value);
      if (row.success) return [row.data];
      log('error', 'a kept event cannot be read', { key });
      return [];
    });
  }
}

function outboxKey(sequence: number): string {
  return OUTBOX_PREFIX + String(sequence).padStart(SEQUENCE_DIGITS, '0');
}
