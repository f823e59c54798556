import type { z } from 'zod';
import type { Condition, ItemKey, Table, Written } from './table.ts';

/** Writers of one item at the same time are few: a team's, or a node's and a viewer's. */
const CHANGE_TRIES_MAX = 12;
const CHANGE_WAIT_MS_MAX = 40;

/** A record with the version that it was read at. */
export interface Kept<T> {
  readonly value: T;
  readonly version: number;
}

/** Too many write the same record at once. Trying again helps. */
export class RecordBusyError extends Error {
  override readonly name = 'RecordBusyError';
}

/** What a change makes of a record: another one, or why there is none. */
export type Change<T, R> = { readonly to: T } | { readonly not: R };

/** Items of one kind, checked whenever they are read. */
export class Records<T> {
  readonly #table: Table;
  readonly #schema: z.ZodType<T>;
  readonly #write: (value: T) => unknown;

  /** @param write what the schema reads, where that is another form than T's own. */
  constructor(table: Table, schema: z.ZodType<T>, write: (value: T) => unknown = (value) => value) {
    this.#table = table;
    this.#schema = schema;
    this.#write = write;
  }

  async get(key: ItemKey): Promise<Kept<T> | undefined> {
    const item = await this.#table.get(key);
    return item && { value: this.#schema.parse(item.body), version: item.version };
  }

  /** Those that there are, in any order. */
  async getMany(keys: readonly ItemKey[]): Promise<Kept<T>[]> {
    const items = await this.#table.getMany(keys);
    return items.map((item) => ({ value: this.#schema.parse(item.body), version: item.version }));
  }

  async query(query: Parameters<Table['query']>[0]): Promise<(Kept<T> & ItemKey)[]> {
    const items = await this.#table.query(query);
    return items.map(({ body, ...item }) => ({ ...item, value: this.#schema.parse(body) }));
  }

  put(
    key: ItemKey,
    value: T,
    options: { readonly if?: Condition; readonly expiresAtMs?: number } = {},
  ): Promise<Written> {
    return this.#table.put({ ...key, body: this.#write(value), expiresAtMs: options.expiresAtMs }, options.if);
  }

  remove(key: ItemKey, version?: number): Promise<boolean> {
    return this.#table.remove(key, version);
  }

  /**
   * Reads, changes and writes, again where somebody else was quicker. `undefined`: it is not there. Throws
   * RecordBusyError.
   */
  async change<R = never>(key: ItemKey, change: (kept: Kept<T>) => Change<T, R>): Promise<Kept<T> | R | undefined> {
    for (let tries = 0; tries < CHANGE_TRIES_MAX; tries += 1) {
      const item = await this.#table.get(key);
      if (item === undefined) return undefined;
      const changed = change({ value: this.#schema.parse(item.body), version: item.version });
      if ('not' in changed) return changed.not;
      const { expiresAtMs } = item;
      const written = await this.#table.put({ ...key, body: this.#write(changed.to), expiresAtMs }, item.version);
      if (written !== 'conflict') return { value: changed.to, version: written };
      await new Promise((resolve) => setTimeout(resolve, Math.random() * CHANGE_WAIT_MS_MAX));
    }
    throw new RecordBusyError('a record is written by too many at once');
  }
}
