import { pino } from 'pino';
import { createApp } from './app.ts';
import { Channels } from './channels/channels.ts';
import { NodeServer } from './http/node-server.ts';
import { grantKey } from './ingest/grant-key.ts';
import { GrantSigner } from './ingest/grant-signer.ts';
import { type Jwks, makeSigningKey } from './ingest/signing-key.ts';
import { EdgeCaller } from './playback/edge-caller.ts';
import { PlaybackStore } from './playback/playback-store.ts';
import { RevocationOutbox } from './playback/revocation-outbox.ts';
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
  /** What an administrator proves itself with. Secret, at least TOKEN_CHARS_MIN long. */
  readonly adminToken: string;
  /** Where viewers, and this API, find the edge: an origin, without a slash at its end. */
  readonly edgeUrl: string;
  readonly seed?: Seed;
  /** See AppParts. */
  readonly arePrivateTargetsAllowed?: boolean | undefined;
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
  if (Math.min(options.nodeToken.length, options.adminToken.length) < TOKEN_CHARS_MIN) {
    throw new Error(`a token of the control API has at least ${TOKEN_CHARS_MIN} characters`);
  }
  const table = new SqliteTable(new SqliteDatabase(options.databasePath), Date.now);
  try {
    const signingKey = await grantKey(table, makeSigningKey);
    const signer = await GrantSigner.from(signingKey);
    if (options.seed !== undefined) await plantSeed(new Channels(table), options.seed, Date.now());
    const log = pino({ name: 'control', level: options.logLevel ?? 'warn' }, pino.destination(LOG_FILE_DESCRIPTOR));
    const { nodeToken, adminToken, edgeUrl, arePrivateTargetsAllowed } = options;
    const edge = new EdgeCaller({ edgeUrl, signingKey, nowMs: Date.now });
    const outbox = new RevocationOutbox({ store: new PlaybackStore(table), edge, log });
    const app = createApp({
      table,
      signer,
      outbox,
      edgeUrl,
      nodeToken,
      adminToken,
      log,
      nowMs: Date.now,
      arePrivateTargetsAllowed,
    });
    const server = await NodeServer.listen(app, options.host, options.port);
    await outbox.tellAll();
    return {
      url: `http://${options.host}:${server.port}`,
      jwks: signer.jwks,
      close: async () => {
        await server.close();
        outbox.close();
        table.close();
      },
    };
  } catch (error) {
    table.close();
    throw error;
  }
}
