import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { AllowedTargets } from './access/allowed-targets.ts';
import type { Channels } from './channels/channels.ts';
import { createControl } from './control.ts';
import { ListeningEdge } from './edge-fixture.ts';
import type { RateLimit } from './http/rate-limit.ts';
import type { GrantSigner } from './ingest/grant-signer.ts';
import { makeSigningKey } from './ingest/signing-key.ts';
import type { RegionWaker } from './ingest-regions/region-waker.ts';
import { EMPTY_BUCKET } from './media/empty-bucket-fixture.ts';
import type { MediaBucket } from './media/media-bucket.ts';
import type { MediaLiveSetup } from './medialive/medialive-driver.ts';
import type { PlaybackStore } from './playback/playback-store.ts';
import { SqliteDatabase } from './storage/sqlite-database.ts';
import { SqliteTable } from './storage/sqlite-table.ts';
import type { WriteCredentials } from './write-credentials/write-credentials.ts';

export const NODE_TOKEN = 'node-token-of-the-tests';
export const ADMIN_TOKEN = 'admin-token-of-the-tests';
export const EDGE_TOKEN = 'edge-token-of-the-tests';

export interface TestAppOptions {
  /** One that listens and says yes (`edge`), unless a test says otherwise. */
  readonly edgeUrl?: string;
  /** One that is empty, unless a test says otherwise. */
  readonly bucket?: MediaBucket;
  readonly targets?: AllowedTargets;
  readonly mediaLive?: MediaLiveSetup;
  readonly writeCredentials?: WriteCredentials;
  readonly regionWaker?: RegionWaker;
  /** Of another app, as a second process would have it; a new one, if absent. */
  readonly directory?: string | undefined;
  /** None that a test would meet, unless it says so: its clock stands. */
  readonly rateLimit?: RateLimit;
}

interface World {
  readonly edge: ListeningEdge;
  readonly directory: string;
  readonly clock: { nowMs: number };
  readonly table: SqliteTable;
  readonly logLines: string[];
  readonly isOwner: boolean;
}

/** The control API for a test: the real thing over a real file, with a clock that the test moves. */
export class TestApp implements Disposable {
  readonly #world: World;
  readonly #control: Awaited<ReturnType<typeof createControl>>;

  private constructor(world: World, control: Awaited<ReturnType<typeof createControl>>) {
    this.#world = world;
    this.#control = control;
  }

  static async start(options: TestAppOptions = {}): Promise<TestApp> {
    const edge = await ListeningEdge.start();
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'sluice-control-'));
    const clock = { nowMs: Date.UTC(2026, 10, 1) };
    const nowMs = () => clock.nowMs;
    const table = new SqliteTable(new SqliteDatabase(join(directory, 'control.sqlite')), nowMs);
    const logLines: string[] = [];
    const isOwner = options.directory === undefined;
    const world: World = { edge, directory, clock, table, logLines, isOwner };
    const control = await createControl({
      table,
      signingKey: await makeSigningKey(),
      bucket: options.bucket ?? EMPTY_BUCKET,
      edgeUrl: options.edgeUrl ?? edge.url,
      nodeTokens: [NODE_TOKEN],
      edgeTokens: [EDGE_TOKEN],
      adminToken: ADMIN_TOKEN,
      targets: options.targets ?? 'any',
      mediaLive: options.mediaLive,
      writeCredentials: options.writeCredentials,
      regionWaker: options.regionWaker,
      log: pino({}, { write: (line) => logLines.push(line) }),
      nowMs,
      rateLimit: options.rateLimit ?? { burst: 1_000_000, perSecond: 1 },
    });
    return new TestApp(world, control);
  }

  get nowMs(): number {
    return this.#world.clock.nowMs;
  }

  set nowMs(nowMs: number) {
    this.#world.clock.nowMs = nowMs;
  }

  get directory(): string {
    return this.#world.directory;
  }

  get table(): SqliteTable {
    return this.#world.table;
  }

  get logLines(): string[] {
    return this.#world.logLines;
  }

  /** The edge that is called, unless the test named another. */
  get edge(): ListeningEdge {
    return this.#world.edge;
  }

  get control() {
    return this.#control;
  }

  get channels(): Channels {
    return this.#control.channels;
  }

  get playback(): PlaybackStore {
    return this.#control.playback;
  }

  get signer(): GrantSigner {
    return this.#control.signer;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.#control.app.request(path, init);
  }

  /** As a server hands a request over. */
  async handle(request: Request): Promise<Response> {
    return await this.#control.app.fetch(request);
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

  /** As the edge. */
  fromEdge(body: unknown): Promise<Response> {
    return this.as(EDGE_TOKEN, 'POST', '/v1/edge/events', body);
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
    this.table.close();
    this.edge.close();
    if (this.#world.isOwner) rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Status and code of a refusal, and that it is a well-formed Problem. */
export async function refusalOf(answer: Response): Promise<[status: number, code: unknown]> {
  const body: unknown = await answer.json();
  if (typeof body !== 'object' || body === null || !('code' in body)) throw new Error('not a Problem');
  return [answer.status, body.code];
}
