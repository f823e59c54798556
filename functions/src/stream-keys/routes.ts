import { createRoute, z } from '@hono/zod-openapi';
import { type Channels, STREAM_KEYS_PER_CHANNEL_MAX } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import {
  hashStreamKey,
  MadeStreamKey,
  makeStreamKey,
  makeStreamKeyId,
  ShownStreamKey,
  type StoredStreamKey,
  StreamKeyChange,
  StreamKeyCreate,
  StreamKeyId,
  shownStreamKey,
} from './stream-key.ts';

const TOO_MANY = `A channel has at most ${STREAM_KEYS_PER_CHANNEL_MAX} stream keys. Delete one that is not in use.`;

const KeyPath = z.object({ ...ChannelPath.shape, keyId: StreamKeyId });

const StreamKeyList = z
  .object({ streamKeys: z.array(ShownStreamKey) })
  .meta({ id: 'StreamKeyList', description: 'All stream keys of a channel, the oldest first.' });

/** `/v1/channels/{channelId}/stream-keys` and `…/{keyId}`. */
export function streamKeyRoutes(channels: Channels, nowMs: () => number) {
  return newApi()
    .openapi(CREATE, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      const streamKey = makeStreamKey();
      const atMs = nowMs();
      const kept: StoredStreamKey = {
        keyId: makeStreamKeyId(),
        hash: hashStreamKey(streamKey),
        ...c.req.valid('json'),
        isDisabled: false,
        createdAtMs: atMs,
        issuedAtMs: atMs,
      };
      const outcome = await channels.createStreamKey(value.channelId, kept);
      if (outcome === 'no-such-channel') throw new Refusal('no-such-channel');
      if (outcome === 'full') throw new Refusal('too-many-stream-keys', TOO_MANY);
      return c.json({ ...shownStreamKey(value.channelId, kept), streamKey }, 201);
    })
    .openapi(LIST, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      return c.json({ streamKeys: value.streamKeys.map((key) => shownStreamKey(value.channelId, key)) }, 200);
    })
    .openapi(CHANGE, async (c) => {
      const { channelId, keyId } = c.req.valid('param');
      await ownChannel(channels, c.var.caller, channelId);
      const changed = await channels.changeStreamKey({ channelId, keyId }, c.req.valid('json'));
      if (changed === undefined) throw new Refusal('no-such-stream-key');
      return c.json(shownStreamKey(channelId, changed), 200);
    })
    .openapi(ROTATE, async (c) => {
      const { channelId, keyId } = c.req.valid('param');
      await ownChannel(channels, c.var.caller, channelId);
      const streamKey = makeStreamKey();
      const made = { hash: hashStreamKey(streamKey), issuedAtMs: nowMs() };
      const rotated = await channels.rotateStreamKey({ channelId, keyId }, made);
      if (rotated === undefined) throw new Refusal('no-such-stream-key');
      return c.json({ ...shownStreamKey(channelId, rotated), streamKey }, 200);
    })
    .openapi(DELETE, async (c) => {
      const { channelId, keyId } = c.req.valid('param');
      await ownChannel(channels, c.var.caller, channelId);
      await channels.deleteStreamKey({ channelId, keyId });
      return c.body(null, 204);
    });
}

const tags = ['stream keys'];
const ALL = '/{channelId}/stream-keys';
const ONE = `${ALL}/{keyId}` as const;

const CREATE = createRoute({
  ...secured('stream-keys:write'),
  tags,
  operationId: 'createStreamKey',
  method: 'post',
  path: ALL,
  summary: 'Make a stream key',
  description:
    'The key is shown this once and kept as a hash only. Send an `Idempotency-Key` to be able to ask again for an answer that was lost.',
  request: { params: ChannelPath, ...body(StreamKeyCreate) },
  responses: { 201: answers('The key. Secret.', MadeStreamKey), ...refuses('no-such-channel', 'too-many-stream-keys') },
});

const LIST = createRoute({
  ...secured('stream-keys:read'),
  tags,
  operationId: 'listStreamKeys',
  method: 'get',
  path: ALL,
  summary: 'List the stream keys of a channel',
  description: 'The oldest first, and never the keys themselves.',
  request: { params: ChannelPath },
  responses: {
    200: answers('All of them.', StreamKeyList),
    ...refuses('no-such-channel'),
  },
});

const CHANGE = createRoute({
  ...secured('stream-keys:write'),
  tags,
  operationId: 'changeStreamKey',
  method: 'patch',
  path: ONE,
  summary: 'Name, disable or enable a stream key',
  description: 'Who publishes with a key that is disabled is cut within five seconds.',
  request: { params: KeyPath, ...body(StreamKeyChange) },
  responses: { 200: answers('As it is now.', ShownStreamKey), ...refuses('no-such-channel', 'no-such-stream-key') },
});

const ROTATE = createRoute({
  ...secured('stream-keys:write'),
  tags,
  operationId: 'rotateStreamKey',
  method: 'post',
  path: `${ONE}/rotate`,
  summary: 'Make another key under the same id',
  description: 'The one before it opens nothing any more, and who publishes with it is cut within five seconds.',
  request: { params: KeyPath },
  responses: {
    200: answers('The new key. Secret.', MadeStreamKey),
    ...refuses('no-such-channel', 'no-such-stream-key'),
  },
});

const DELETE = createRoute({
  ...secured('stream-keys:write'),
  tags,
  operationId: 'deleteStreamKey',
  method: 'delete',
  path: ONE,
  summary: 'Delete a stream key',
  request: { params: KeyPath },
  responses: { ...nothing, ...refuses('no-such-channel') },
});
