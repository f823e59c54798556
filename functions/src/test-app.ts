import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { Channels } from './channels/channels.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { GrantSigner } from './ingest/grant-signer.ts';
import { makeSigningKey, type SigningKey } from './ingest/signing-key.ts';
import { EdgeCaller } from './playback/edge-caller.ts';
import { PlaybackStore } from './playback/playback-store.ts';
import { RevocationOutbox } from './playback/revocation-outbox.ts';
import { SqliteDatabase } from './storage/sqlite-database.ts';
import { SqliteTable } from './storage/sqlite-table.ts';

export const NODE_TOKEN = 'node-token-of-the-tests';
export const ADMIN_TOKEN = 'admin-token-of-the-tests';

export interface TestAppOptions {
  /** Where nothing listens, unless a test says otherwise. */
  readonly edgeUrl?: string;
  /** Of another app, as a second process would have it; a new one, if absent. */
  readonly directory?: string | undefined;
  /** None that a test would meet, unless it says so: its clock stands. */
  readonly rateLimit?: RateLimit;
  readonly arePrivateTargetsAllowed?: boolean;
}

interface TestAppParts extends TestAppOptions {
  readonly signer: GrantSigner;
  readonly signingKey: SigningKey;
}

/** The control API for a test: the real app over a real file, with a clock that the test moves. */
export class TestApp implements Disposable {
  nowMs = Date.UTC(2026, 10, 1);
  readonly directory: string;
  readonly table: SqliteTable;
  readonly channels: Channels;
  readonly playback: PlaybackStore;
  readonly signer: GrantSigner;
  readonly logLines: string[] = [];
  readonly outbox: RevocationOutbox;
  readonly #app: ReturnType<typeof createApp>;
  readonly #isOwner: boolean;

  private constructor(parts: TestAppParts) {
    const { signer, signingKey, directory, edgeUrl = 'http://127.0.0.1:1' } = parts;
    this.#isOwner = directory === undefined;
    this.directory = directory ?? mkdtempSync(join(tmpdir(), 'sluice-control-'));
    this.signer = signer;
    const nowMs = () => this.nowMs;
    this.table = new SqliteTable(new SqliteDatabase(join(this.directory, 'control.sqlite')), nowMs);
    this.channels = new Channels(this.table);
    this.playback = new PlaybackStore(this.table);
    const log = pino({}, { write: (line) => this.logLines.push(line) });
    const edge = new EdgeCaller({ edgeUrl, signingKey, nowMs });
    this.outbox = new RevocationOutbox({ store: this.playback, edge, log });
    this.#app = createApp({
      table: this.table,
      signer,
      outbox: this.outbox,
      edgeUrl,
      nodeToken: NODE_TOKEN,
      adminToken: ADMIN_TOKEN,
      log,
      nowMs,
      arePrivateTargetsAllowed: parts.arePrivateTargetsAllowed,
      rateLimit: parts.rateLimit ?? { burst: 1_000_000, perSecond: 1 },
    });
  }

  static async start(options: TestAppOptions = {}): Promise<TestApp> {
    const signingKey = await makeSigningKey();
    return new TestApp({ ...options, signer: await GrantSigner.from(signingKey), signingKey });
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.#app.request(path, init);
  }

  /** As an administrator, with a JSON body where one is given. */
  admin(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return this.as(ADMIN_TOKEN, method, path, body, headers);
  }

  /** As an ingest node. */
  node(path: string, body: unknown): Promise<Response> {
    return this.as(NODE_TOKEN, 'POST', path, body);
  }

  /** With any bearer token. */
  as(
    token: string,
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { authorization: `Bearer ${token}`, ...type, ...more };
    return this.request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  [Symbol.dispose](): void {
    this.outbox.close();
    this.table.close();
    if (this.#isOwner) rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Status and code of a refusal, and that it is a well-formed Problem. */
export async function refusalOf(answer: Response): Promise<[status: number, code: unknown]> {
  const body: unknown = await answer.json();
  if (typeof body !== 'object' || body === null || !('code' in body)) throw new Error('not a Problem');
  return [answer.status, body.code];
}
