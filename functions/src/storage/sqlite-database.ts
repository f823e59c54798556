import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { migrate } from './sqlite-schema.ts';

/** Another process, a backup for one, may hold the file for a moment. */
const BUSY_MS_MAX = 5_000;
/** The signing key is in the file. */
const FILE_MODE = 0o600;

/** One SQLite file at the newest schema. Its calls run in this thread and return at once. */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens the file, or makes it. Throws SchemaTooNewError, or SQLite's own error when it is no database. */
  constructor(path: string) {
    // SQLite gives its -wal and -shm files the mode of the file itself.
    closeSync(openSync(path, 'a', FILE_MODE));
    this.#database = new DatabaseSync(path, { timeout: BUSY_MS_MAX });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL');
      migrate(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Each text is compiled once; there are as many as stand in the store's files. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  /** How many rows were changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.statement(sql).run(...values).changes);
  }

  /** The column `count` of the one row. */
  count(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.statement(sql).get(...values)?.count);
  }

  /** All of the work's writes, or none where it throws. */
  atomically<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const done = work();
      this.#database.exec('COMMIT');
      return done;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** May be called again. */
  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }
}
