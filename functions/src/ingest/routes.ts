import {
  type AuthorizeAnswer,
  type AuthorizeRefusal,
  AuthorizeRequest,
  type NodeId,
  RenewRequest,
} from '@sluice/contracts';
import { Hono } from 'hono';
import { readJson } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import type { ControlStore } from '../storage/control-store.ts';
import { hashStreamKey, StreamKeyId } from '../stream-keys/stream-key.ts';
import { decideAuthorization, type KeyedChannel } from './authorization.ts';
import type { GrantSigner } from './grant-signer.ts';

/** For the streamer, where the node passes them on. */
const SENTENCES: Record<AuthorizeRefusal, string> = {
  'unknown-stream-key': 'No channel has this stream key. Copy it again from the settings of your channel.',
  'stream-key-disabled': 'This stream key has been disabled. Make a new one in the settings of your channel.',
  'channel-disabled': 'This channel has been disabled by its administrator.',
};

export interface IngestParts {
  readonly store: ControlStore;
  readonly signer: GrantSigner;
  readonly nowMs: () => number;
}

/** `/v1/ingest/authorize` and `/v1/ingest/renew`: what ingest nodes ask. */
export function ingestRoutes({ store, signer, nowMs }: IngestParts): Hono {
  const app = new Hono();

  async function answer(keyed: KeyedChannel | undefined, nodeId: NodeId): Promise<AuthorizeAnswer> {
    const authorization = decideAuthorization(keyed);
    if (authorization.kind === 'refused') throw new Refusal(authorization.code, SENTENCES[authorization.code]);
    return { settings: authorization.settings, ...(await signer.sign(authorization.keyed, nodeId, nowMs())) };
  }

  app.post('/authorize', async (c) => {
    const { streamKey, nodeId } = await readJson(c.req.raw, AuthorizeRequest);
    const keyed = await store.findByStreamKey(hashStreamKey(streamKey));
    return c.json(await answer(keyed, nodeId));
  });

  // The key is looked at again, so a renewal is where a disabled key or channel ends a live broadcast.
  app.post('/renew', async (c) => {
    const { grant, nodeId } = await readJson(c.req.raw, RenewRequest);
    const read = await signer.read(grant, nowMs());
    if (read.kind === 'expired') throw new Refusal('grant-expired', 'The grant is too old. Authorize the key again.');
    const keyId = StreamKeyId.safeParse(read.kind === 'granted' ? read.claims.keyId : undefined);
    if (read.kind === 'invalid' || !keyId.success || read.claims.node !== nodeId) {
      throw new Refusal('grant-invalid', 'The grant was not signed here, or for another node.');
    }
    const keyed = await store.findByStreamKeyId(read.claims.sub, keyId.data);
    return c.json(await answer(keyed, nodeId));
  });

  return app;
}
