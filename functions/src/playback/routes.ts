import { createRoute, z } from '@hono/zod-openapi';
import { PLAYBACK_KEYS_MAX, PlaybackTokenAnswer, PlaybackTokenRequest } from '@sluice/contracts';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import { ShownPlaybackKey } from './playback-key.ts';
import type { PlaybackKeyRing } from './playback-key-ring.ts';
import { mintPlaybackToken } from './playback-token.ts';

const TOO_MANY_KEYS = `${PLAYBACK_KEYS_MAX} keys have tokens that may still be good. Retire one that is not needed.`;
const KEY_SIGNS =
  'This key signs tokens. Make a new one first, and retire this one when the new one signs, 35 seconds later.';

const PlaybackKeyList = z
  .object({ keys: z.array(ShownPlaybackKey) })
  .meta({ id: 'PlaybackKeyList', description: 'The keys whose tokens can still be good, the newest first.' });

export interface TokenParts {
  readonly channels: Channels;
  readonly keys: PlaybackKeyRing;
  readonly edgeUrl: string;
  readonly nowMs: () => number;
}

/** `POST /v1/channels/{channelId}/playback-tokens`. Each is another one; none is kept. */
export function playbackTokenRoutes({ channels, keys, edgeUrl, nowMs }: TokenParts) {
  return newApi().openapi(MINT, async (c) => {
    const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
    const order = { channelId: value.channelId, request: c.req.valid('json'), nowMs: nowMs() };
    return c.json(await mintPlaybackToken(keys, edgeUrl, order), 201);
  });
}

/** `/v1/playback-keys`: list, `POST` for a new one, `DELETE …/{kid}` to retire one. Private halves are never shown. */
export function playbackKeyRoutes(keys: PlaybackKeyRing) {
  return (
    newApi()
      .openapi(LIST_KEYS, async (c) => c.json({ keys: await keys.shown() }, 200))
      // Asked twice it makes two: the first of them then hardly signs, and takes a place for a week.
      .openapi(ROTATE, async (c) => {
        if ((await keys.rotate()) === 'full') throw new Refusal('too-many-playback-keys', TOO_MANY_KEYS);
        const [made] = await keys.shown();
        if (made === undefined) throw new Error('the key that was made is not there');
        return c.json(made, 201);
      })
      // What is already gone is gone.
      .openapi(RETIRE, async (c) => {
        const outcome = await keys.retire(c.req.valid('param').kid);
        if (outcome === 'signs') throw new Refusal('playback-key-signs', KEY_SIGNS);
        return c.body(null, 204);
      })
  );
}

const tags = ['playback'];

const MINT = createRoute({
  ...secured('playback:write'),
  tags,
  operationId: 'createPlaybackToken',
  method: 'post',
  path: '/{channelId}/playback-tokens',
  summary: 'Make a playback token',
  description:
    'For one channel, with limits of your choice. The addresses in the answer have it in them. None is kept.',
  request: { params: ChannelPath, ...body(PlaybackTokenRequest) },
  responses: { 201: answers('The token. Secret.', PlaybackTokenAnswer), ...refuses('no-such-channel') },
});

const LIST_KEYS = createRoute({
  ...secured('operator'),
  tags,
  operationId: 'listPlaybackKeys',
  method: 'get',
  path: '/',
  summary: 'List the keys that sign playback tokens',
  responses: { 200: answers('The newest first.', PlaybackKeyList), ...refuses() },
});

const ROTATE = createRoute({
  ...secured('operator'),
  tags,
  operationId: 'rotatePlaybackKey',
  method: 'post',
  path: '/',
  summary: 'Make a new key for playback tokens',
  description:
    'It signs after 35 seconds, when every edge can know it; those before it verify until their tokens are over.',
  responses: {
    201: answers('The key, without its private half.', ShownPlaybackKey),
    ...refuses('too-many-playback-keys'),
  },
});

const RETIRE = createRoute({
  ...secured('operator'),
  tags,
  operationId: 'retirePlaybackKey',
  method: 'delete',
  path: '/{kid}',
  summary: 'Retire a key',
  description: 'Its tokens are good no more, within half a minute.',
  request: { params: z.object({ kid: z.string().min(1).max(64).describe('Names the key.') }) },
  responses: { ...nothing, ...refuses('playback-key-signs') },
});
