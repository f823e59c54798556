import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { GrantSigner } from './ingest/grant-signer.ts';
import { makeSigningKey, type SigningKey } from './ingest/signing-key.ts';
import { EdgeCaller } from './playback/edge-caller.ts';
import { RevocationOutbox } from './playback/revocation-outbox.ts';
import { SqliteStore } from './storage/sqlite-store.ts';

export const NODE_TOKEN = 'node-token-of-the-tests';
export const ADMIN_TOKEN = 'admin-token-of-the-tests';

interface TestAppParts {
  readonly signer: GrantSigner;
  readonly signingKey: SigningKey;
  readonly edgeUrl: string;
  /** Of another app, as a second process would have it; a new one, if absent. */
  readonly directory: string | undefined;
}

/** The control API for a test: the real app over a real file, with a clock that the test moves. */
export class TestApp implements Disposable {
  nowMs = Date.UTC(2026, 10, 1);
  readonly directory: string;
  readonly store: SqliteStore;
  readonly signer: GrantSigner;
  readonly logLines: string[] = [];
  readonly outbox: RevocationOutbox;
  readonly #app: Hono;
  readonly #isOwner: boolean;

  private constructor({ signer, signingKey, edgeUrl, directory }: TestAppParts) {
    this.#isOwner = directory === undefined;
    this.directory = directory ?? mkdtempSync(join(tmpdir(), 'sluice-control-'));
    this.store = new SqliteStore(join(this.directory, 'control.sqlite'));
    this.signer = signer;
    const nowMs = () => this.nowMs;
    const log = pino({}, { write: (line) => this.logLines.push(line) });
    const edge = new EdgeCaller({ edgeUrl, signingKey, nowMs });
    this.outbox = new RevocationOutbox({ store: this.store, edge, log });
    this.#app = createApp({
      store: this.store,
      signer,
      outbox: this.outbox,
      edgeUrl,
      nodeToken: NODE_TOKEN,
      adminToken: ADMIN_TOKEN,
      log,
      nowMs,
    });
  }

  /**
   * @param edgeUrl where nothing listens, unless a test says otherwise.
   * @param directory see TestAppParts.
   */
  static async start(edgeUrl = 'http://127.0.0.1:1', directory?: string): Promise<TestApp> {
    const signingKey = await makeSigningKey();
    return new TestApp({ signer: await GrantSigner.from(signingKey), signingKey, edgeUrl, directory });
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.#app.request(path, init);
  }

  /** As an administrator, with a JSON body where one is given. */
  admin(method: string, path: string, body?: unknown): Promise<Response> {
    return this.#send(ADMIN_TOKEN, method, path, body);
  }

  /** As an ingest node. */
  node(path: string, body: unknown): Promise<Response> {
    return this.#send(NODE_TOKEN, 'POST', path, body);
  }

  [Symbol.dispose](): void {
    this.outbox.close();
    this.store.close();
    if (this.#isOwner) rmSync(this.directory, { recursive: true, force: true });
  }

  #send(token: string, method: string, path: string, body: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return this.request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }
}

/** Status and code of a refusal, and that it is a well-formed Problem. */
export async function refusalOf(answer: Response): Promise<[status: number, code: unknown]> {
  const body: unknown = await answer.json();
  if (typeof body !== 'object' || body === null || !('code' in body)) throw new Error('not a Problem');
  return [answer.status, body.code];
}
