import { Hono } from 'hono';
import { channelIdOf } from '../channels/routes.ts';
import { readJson } from '../http/json-body.ts';
import { parse } from '../http/parse.ts';
import { Refusal } from '../http/refusal.ts';
import { type ControlStore, STREAM_KEYS_PER_CHANNEL_MAX } from '../storage/control-store.ts';
import {
  hashStreamKey,
  makeStreamKey,
  makeStreamKeyId,
  type StreamKey,
  StreamKeyChange,
  StreamKeyCreate,
  StreamKeyId,
} from './stream-key.ts';

const TOO_MANY = `A channel has at most ${STREAM_KEYS_PER_CHANNEL_MAX} stream keys. Delete one that is not in use.`;

/** `/v1/channels/{channelId}/stream-keys` and `…/{keyId}`. */
export function streamKeyRoutes(store: ControlStore, nowMs: () => number): Hono {
  const app = new Hono();

  // The one write that cannot be repeated for the same answer: the key is not kept, so it cannot be shown again. A key
  // whose answer was lost stands in the list, and can be deleted.
  app.post('/:channelId/stream-keys', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    const chosen = await readJson(c.req.raw, StreamKeyCreate);
    const streamKey = makeStreamKey();
    const kept: StreamKey = {
      channelId,
      keyId: makeStreamKeyId(),
      ...chosen,
      isDisabled: false,
      createdAtMs: nowMs(),
    };
    const outcome = await store.createStreamKey(kept, hashStreamKey(streamKey));
    if (outcome === 'no-such-channel') throw new Refusal('no-such-channel');
    if (outcome === 'full') throw new Refusal('too-many-stream-keys', TOO_MANY);
    return c.json({ ...kept, streamKey }, 201);
  });

  app.get('/:channelId/stream-keys', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    if ((await store.channel(channelId)) === undefined) throw new Refusal('no-such-channel');
    return c.json({ streamKeys: await store.streamKeys(channelId) });
  });

  app.patch('/:channelId/stream-keys/:keyId', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    const keyId = keyIdOf(c.req.param('keyId'));
    const streamKey = await store.changeStreamKey(channelId, keyId, await readJson(c.req.raw, StreamKeyChange));
    if (streamKey === undefined) throw new Refusal('no-such-stream-key');
    return c.json(streamKey);
  });

  app.delete('/:channelId/stream-keys/:keyId', async (c) => {
    await store.deleteStreamKey(channelIdOf(c.req.param('channelId')), keyIdOf(c.req.param('keyId')));
    return c.body(null, 204);
  });

  return app;
}

function keyIdOf(text: string): StreamKeyId {
  return parse(StreamKeyId, text, 'The stream key id');
}
