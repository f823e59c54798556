import { pino } from 'pino';
import { createControl } from './control.ts';
import { NodeServer } from './http/node-server.ts';
import { grantKey } from './ingest/grant-key.ts';
import { type Jwks, makeSigningKey } from './ingest/signing-key.ts';
import { JobClock } from './jobs/job-clock.ts';
import { S3MediaBucket, type S3MediaBucketOptions } from './media/s3-media-bucket.ts';
import { plantSeed, type Seed } from './seed.ts';
import { SqliteDatabase } from './storage/sqlite-database.ts';
import { SqliteTable } from './storage/sqlite-table.ts';

export interface ControlOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The SQLite file; its folder exists. */
  readonly databasePath: string;
  /** What ingest nodes prove themselves with. Secret, at least TOKEN_CHARS_MIN long. */
  readonly nodeToken: string;
  /** What the operator proves itself with. Secret, at least TOKEN_CHARS_MIN long. */
  readonly adminToken: string;
  /** What the edge proves itself with. Secret, at least TOKEN_CHARS_MIN long. */
  readonly edgeToken: string;
  /** Where the media is: what is deleted is removed there. */
  readonly bucket: S3MediaBucketOptions;
  /** Where viewers, and this API, find the edge: an origin, without a slash at its end. */
  readonly edgeUrl: string;
  readonly seed?: Seed;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** A control API that is being served. */
export interface Control {
  readonly url: string;
  /** The public keys that grants are checked with. */
  readonly jwks: Jwks;
  /** Ends the server, then the store. May be called again. */
  close(): Promise<void>;
}

/** The same as an ingest node asks of its own token. */
const TOKEN_CHARS_MIN = 16;
/** Standard error, so that what a program prints to people stays clean. */
const LOG_FILE_DESCRIPTOR = 2;

/** Serves the control API on one machine. Rejects with Node's own error when the port is taken. */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { nodeToken, adminToken, edgeToken, edgeUrl } = options;
  if (Math.min(nodeToken.length, adminToken.length, edgeToken.length) < TOKEN_CHARS_MIN) {
    throw new Error(`a token of the control API has at least ${TOKEN_CHARS_MIN} characters`);
  }
  await using started = new AsyncDisposableStack();
  const table = started.adopt(new SqliteTable(new SqliteDatabase(options.databasePath), Date.now), (it) => it.close());
  const bucket = started.adopt(new S3MediaBucket(options.bucket), (it) => it.close());
  const log = pino({ name: 'control', level: options.logLevel ?? 'warn' }, pino.destination(LOG_FILE_DESCRIPTOR));
  const clock = started.adopt(new JobClock(log, Date.now), (it) => it.close());
  const control = await createControl({
    table,
    signingKey: await grantKey(table, makeSigningKey),
    bucket,
    edgeUrl,
    nodeTokens: [nodeToken],
    edgeTokens: [edgeToken],
    adminToken,
    // On one machine whoever may name targets may reach it anyway.
    targets: 'any',
    log,
    nowMs: Date.now,
    wake: (atMs) => clock.wake(atMs),
  });
  if (options.seed !== undefined) await plantSeed(control.channels, options.seed, Date.now());
  const server = await NodeServer.listen(control.app, options.host, options.port);
  started.defer(() => server.close());
  clock.start(control.queue, control.runner);
  const parts = started.move();
  return {
    url: `http://${options.host}:${server.port}`,
    jwks: control.signer.jwks,
    close: () => parts.disposeAsync(),
  };
}
