import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { DynamoServer } from './dynamo-fixture.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqliteTable } from './sqlite-table.ts';
import type { Table } from './table.ts';

/** A new table for each test, and the clock that it goes by. */
export interface FreshTable {
  table: Table;
  nowMs: number;
}

/** Runs the same tests on a table in a SQLite file and on one in a DynamoDB-compatible server. */
export function describeOnBothTables(name: string, tests: (fresh: FreshTable) => void): void {
  describe(`${name}, in SQLite`, () => {
    const fresh = freshTable();
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'sluice-table-'));
      fresh.table = new SqliteTable(new SqliteDatabase(join(directory, 'control.sqlite')), () => fresh.nowMs);
    });
    afterEach(() => {
      fresh.table.close();
      rmSync(directory, { recursive: true, force: true });
    });
    tests(fresh);
  });

  describe(`${name}, in DynamoDB`, () => {
    const fresh = freshTable();
    let server: DynamoServer;
    beforeAll(async () => {
      server = await DynamoServer.start();
    });
    afterAll(() => server[Symbol.asyncDispose]());
    beforeEach(async () => {
      fresh.table = await server.table(() => fresh.nowMs);
    });
    afterEach(() => fresh.table.close());
    tests(fresh);
  });
}

function freshTable(): FreshTable {
  const none = () => {
    throw new Error('a table is there in tests only');
  };
  const absent: Table = { get: none, getMany: none, query: none, put: none, remove: none, close: none };
  return { table: absent, nowMs: Date.UTC(2026, 10, 1) };
}
