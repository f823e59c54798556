import {
  type AuthorizeAnswer,
  AuthorizeRequest,
  type CheckAnswer,
  CheckRequest,
  type IngestProtocol,
  type NodeId,
  RenewRequest,
  type StorageCredentials,
} from '@sluice/contracts';
import { Hono } from 'hono';
import type { Channels } from '../channels/channels.ts';
import { readJson } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import { hashStreamKey, StreamKeyId } from '../stream-keys/stream-key.ts';
import type { KeptWriteCredentials } from '../write-credentials/kept-write-credentials.ts';
import { type Authorization, decideAuthorization, decideCheck, type KeyedChannel } from './authorization.ts';
import { decideChecks } from './check.ts';
import type { GrantSigner } from './grant-signer.ts';
import { KeyGuesses } from './key-guesses.ts';

/** For the streamer, where the node passes them on. */
const SENTENCES: Record<Extract<Authorization, { kind: 'refused' }>['code'], string> = {
  'unknown-stream-key': 'No channel has this stream key. Copy it again from the settings of your channel.',
  'stream-key-disabled': 'This stream key has been disabled. Make a new one in the settings of your channel.',
  'channel-disabled': 'This channel has been disabled by its administrator.',
  kicked: 'The broadcast was ended by whoever runs the channel. Wait a while before you start again.',
};
const NO_CREDENTIALS = 'The storage of this channel cannot be opened just now. Try again.';
const TOO_MANY_ATTEMPTS = 'Too many stream keys that no channel has came from this address. Wait, then try again.';

/** CHECKED_PUBLISHERS_MAX publishers of the longest names are below this. */
const CHECK_BYTES_MAX = 256 * 1024;

export interface IngestParts {
  readonly channels: Channels;
  readonly signer: GrantSigner;
  /** Absent: nodes store with their own credentials. */
  readonly writeCredentials?: KeptWriteCredentials | undefined;
  readonly nowMs: () => number;
}

/** Who asks to publish, or to go on publishing. */
interface Asking {
  readonly nodeId: NodeId;
  readonly protocol?: IngestProtocol;
  /** It publishes already, so it has credentials. */
  readonly isRenewal: boolean;
}

type RefusedCode = keyof typeof SENTENCES;

function refusalOf(code: RefusedCode, keyed: KeyedChannel | undefined, nowMs: number): Refusal {
  const waitMs = code === 'kicked' ? (keyed?.channel.closedUntilMs ?? 0) - nowMs : 0;
  return new Refusal(code, SENTENCES[code], waitMs > 0 ? { 'retry-after': String(Math.ceil(waitMs / 1_000)) } : {});
}

/** `/v1/ingest/authorize`, `/v1/ingest/renew` and `/v1/ingest/check`: what ingest nodes ask. */
export function ingestRoutes({ channels, signer, writeCredentials, nowMs }: IngestParts): Hono {
  const app = new Hono();
  const guesses = new KeyGuesses();

  async function answer(
    keyed: KeyedChannel | undefined,
    { nodeId, protocol, isRenewal }: Asking,
  ): Promise<AuthorizeAnswer> {
    const authorizedAtMs = nowMs();
    const authorization = decideAuthorization(keyed, { protocol, nowMs: authorizedAtMs });
    if (authorization.kind === 'refused') throw refusalOf(authorization.code, keyed, authorizedAtMs);
    const { keyId } = authorization.keyed.streamKey;
    const [signed, storage] = await Promise.all([
      signer.sign(authorization.keyed, nodeId, authorizedAtMs),
      storageOf(authorization.keyed, isRenewal),
    ]);
    return { settings: authorization.settings, ...signed, keyId, authorizedAtMs, ...(storage && { storage }) };
  }

  /** Nobody begins who could not store anything. Whoever goes on has some for half an hour yet, and asks again before. */
  async function storageOf({ channel }: KeyedChannel, isRenewal: boolean): Promise<StorageCredentials | undefined> {
    const storage = await writeCredentials?.of(channel.channelId);
    if (storage !== undefined || writeCredentials === undefined || isRenewal) return storage;
    throw new Refusal('storage-credentials', NO_CREDENTIALS, { 'retry-after': '1' });
  }

  app.post('/authorize', async (c) => {
    const { streamKey, nodeId, protocol, clientAddress } = await readJson(c.req.raw, AuthorizeRequest);
    const hash = hashStreamKey(streamKey);
    const waitMs = guesses.waitMs(clientAddress, hash, nowMs());
    if (waitMs > 0) {
      const headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
      throw new Refusal('too-many-attempts', TOO_MANY_ATTEMPTS, headers);
    }
    const keyed = await channels.findByStreamKey(hash);
    if (keyed === undefined) guesses.missed(clientAddress, hash, nowMs());
    else guesses.found(clientAddress, hash);
    return c.json(await answer(keyed, { nodeId, protocol, isRenewal: false }));
  });

  // The key is looked at again: where no check came through, this is where a disabled one ends a live broadcast.
  app.post('/renew', async (c) => {
    const { grant, nodeId } = await readJson(c.req.raw, RenewRequest);
    const read = await signer.read(grant, nowMs());
    if (read.kind === 'expired') throw new Refusal('grant-expired', 'The grant is too old. Authorize the key again.');
    const keyId = StreamKeyId.safeParse(read.kind === 'granted' ? read.claims.keyId : undefined);
    if (read.kind === 'invalid' || !keyId.success || read.claims.node !== nodeId) {
      throw new Refusal('grant-invalid', 'The grant was not signed here, or for another node.');
    }
    const keyed = await channels.findByStreamKeyId({ channelId: read.claims.sub, keyId: keyId.data });
    // A grant tells its second only, so it counts as signed at the end of that: who came just after a kick stays.
    const reason = decideCheck(keyed, read.claims.iat * 1_000 + 999);
    if (reason === 'kicked') throw new Refusal('kicked');
    return c.json(await answer(reason === 'unknown-stream-key' ? undefined : keyed, { nodeId, isRenewal: true }));
  });

  app.post('/check', async (c) => {
    const { publishers } = await readJson(c.req.raw, CheckRequest, CHECK_BYTES_MAX);
    const checked: CheckAnswer = await decideChecks(channels, publishers);
    return c.json(checked);
  });

  return app;
}
