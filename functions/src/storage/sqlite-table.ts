import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { SqliteDatabase } from './sqlite-database.ts';
import {
  bodyText,
  type Condition,
  distinctKeys,
  ITEMS_PER_QUERY_MAX,
  type Item,
  type ItemBody,
  type ItemKey,
  type ItemQuery,
  LAST_CHARACTER,
  type Table,
  type Written,
} from './table.ts';

const GET = `
  SELECT * FROM item WHERE partition = ?1 AND sort = ?2 AND expires_at_ms > ?3`;
const PUT = `
  INSERT INTO item (partition, sort, body_json, expires_at_ms, version) VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT DO UPDATE SET body_json = ?3, expires_at_ms = ?4, version = ?5`;
const FORWARD = `
  SELECT * FROM item WHERE partition = ?1 AND sort >= ?2 AND sort > ?3 AND sort < ?4 AND expires_at_ms > ?5
  ORDER BY sort LIMIT ?6`;
const BACKWARD = `
  SELECT * FROM item WHERE partition = ?1 AND sort >= ?2 AND sort < ?3 AND sort < ?4 AND expires_at_ms > ?5
  ORDER BY sort DESC LIMIT ?6`;
/** Of one sweep: a write that sweeps is not to take long. */
const SWEPT_MAX = 500;
const SWEEP = `
  DELETE FROM item WHERE (partition, sort) IN
    (SELECT partition, sort FROM item WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ${SWEPT_MAX})`;
const SWEEP_EVERY_MS = 60_000;

const Row = z.object({
  partition: z.string(),
  sort: z.string(),
  body_json: z.string(),
  expires_at_ms: z.number(),
  version: z.int(),
});

/** Items in a SQLite file. Its calls run in this thread and return at once. */
export class SqliteTable implements Table {
  readonly #database: SqliteDatabase;
  readonly #nowMs: () => number;
  #sweptAtMs = 0;

  constructor(database: SqliteDatabase, nowMs: () => number) {
    this.#database = database;
    this.#nowMs = nowMs;
  }

  async get({ partition, sort }: ItemKey): Promise<Item | undefined> {
    const row = this.#database.statement(GET).get(partition, sort, this.#nowMs());
    return row === undefined ? undefined : itemOf(row);
  }

  async getMany(keys: readonly ItemKey[]): Promise<Item[]> {
    const items = await Promise.all(distinctKeys(keys).map((key) => this.get(key)));
    return items.filter((item) => item !== undefined);
  }

  async query(query: ItemQuery): Promise<Item[]> {
    const { partition, prefix = '', after, isBackward = false, limit } = query;
    const values: SQLInputValue[] = [
      partition,
      prefix,
      after ?? (isBackward ? LAST_CHARACTER : ''),
      prefix + LAST_CHARACTER,
      this.#nowMs(),
      Math.min(limit, ITEMS_PER_QUERY_MAX),
    ];
    return this.#database
      .statement(isBackward ? BACKWARD : FORWARD)
      .all(...values)
      .map(itemOf);
  }

  async put(item: ItemBody, condition?: Condition): Promise<Written> {
    const text = bodyText(item);
    this.#sweep();
    return this.#database.atomically(() => {
      const kept = this.#version(item);
      if (!holds(condition, kept)) return 'conflict';
      const version = (kept ?? 0) + 1;
      this.#database.run(PUT, item.partition, item.sort, text, item.expiresAtMs ?? NEVER_MS, version);
      return version;
    });
  }

  async remove(key: ItemKey, condition?: number): Promise<boolean> {
    return this.#database.atomically(() => {
      const kept = this.#version(key);
      if (condition !== undefined && kept !== undefined && kept !== condition) return false;
      this.#database.run('DELETE FROM item WHERE partition = ? AND sort = ?', key.partition, key.sort);
      return true;
    });
  }

  close(): void {
    this.#database.close();
  }

  #version({ partition, sort }: ItemKey): number | undefined {
    const row = this.#database.statement(GET).get(partition, sort, this.#nowMs());
    return row === undefined ? undefined : Row.parse(row).version;
  }

  /** What has expired takes room until something is written. */
  #sweep(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    this.#database.run(SWEEP, nowMs);
  }
}

/** Beyond all times that anybody means. */
export const NEVER_MS = Number.MAX_SAFE_INTEGER;

function itemOf(row: unknown): Item {
  const { partition, sort, body_json: body, expires_at_ms: expiresAtMs, version } = Row.parse(row);
  return {
    partition,
    sort,
    body: JSON.parse(body),
    version,
    ...(expiresAtMs !== NEVER_MS && { expiresAtMs }),
  };
}

function holds(condition: Condition | undefined, version: number | undefined): boolean {
  if (condition === undefined) return true;
  if (condition === 'absent') return version === undefined;
  return condition === 'present' ? version !== undefined : version === condition;
}
