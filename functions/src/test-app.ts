import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { GrantSigner } from './ingest/grant-signer.ts';
import { makeSigningKey } from './ingest/signing-key.ts';
import { SqliteStore } from './storage/sqlite-store.ts';

export const NODE_TOKEN = 'node-token-of-the-tests';
export const ADMIN_TOKEN = 'admin-token-of-the-tests';

/** The control API for a test: the real app over a real file, with a clock that the test moves. */
export class TestApp implements Disposable {
  nowMs = Date.UTC(2026, 10, 1);
  readonly directory = mkdtempSync(join(tmpdir(), 'sluice-control-'));
  readonly store = new SqliteStore(join(this.directory, 'control.sqlite'));
  readonly signer: GrantSigner;
  readonly logLines: string[] = [];
  readonly #app: Hono;

  private constructor(signer: GrantSigner) {
    this.signer = signer;
    this.#app = createApp({
      store: this.store,
      signer,
      nodeToken: NODE_TOKEN,
      adminToken: ADMIN_TOKEN,
      log: pino({}, { write: (line) => this.logLines.push(line) }),
      nowMs: () => this.nowMs,
    });
  }

  static async start(): Promise<TestApp> {
    return new TestApp(await GrantSigner.from(await makeSigningKey()));
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
    this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
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
