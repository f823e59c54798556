import { PLAYBACK_KEYS_MAX, PlaybackTokenRequest } from '@sluice/contracts';
import { Hono } from 'hono';
import { channelIdOf } from '../channels/routes.ts';
import { readJson } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import type { ControlStore } from '../storage/control-store.ts';
import type { PlaybackKeyRing } from './playback-key-ring.ts';
import { mintPlaybackToken } from './playback-token.ts';

const TOO_MANY_KEYS = `${PLAYBACK_KEYS_MAX} keys have tokens that may still be good. Retire one that is not needed.`;
const KEY_SIGNS =
  'This key signs tokens. Make a new one first, and retire this one when the new one signs, 35 seconds later.';

export interface TokenParts {
  readonly store: ControlStore;
  readonly keys: PlaybackKeyRing;
  readonly edgeUrl: string;
  readonly nowMs: () => number;
}

/** `POST /v1/channels/{channelId}/playback-tokens`. Each is another one; none is kept. */
export function playbackTokenRoutes({ store, keys, edgeUrl, nowMs }: TokenParts): Hono {
  const app = new Hono();
  app.post('/:channelId/playback-tokens', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    const request = await readJson(c.req.raw, PlaybackTokenRequest);
    if ((await store.channel(channelId)) === undefined) throw new Refusal('no-such-channel');
    return c.json(await mintPlaybackToken(keys, edgeUrl, { channelId, request, nowMs: nowMs() }), 201);
  });
  return app;
}

/** `/v1/playback-keys`: list, `POST` for a new one, `DELETE …/{kid}` to retire one. Private halves are never shown. */
export function playbackKeyRoutes(keys: PlaybackKeyRing): Hono {
  const app = new Hono();

  app.get('/', async (c) => c.json({ keys: await keys.shown() }));

  // Asked twice it makes two: the first of them then hardly signs, and takes a place for a week.
  app.post('/', async (c) => {
    if ((await keys.rotate()) === 'full') throw new Refusal('too-many-playback-keys', TOO_MANY_KEYS);
    const [made] = await keys.shown();
    return c.json(made, 201);
  });

  // What is already gone is gone.
  app.delete('/:kid', async (c) => {
    if ((await keys.retire(c.req.param('kid'))) === 'signs') throw new Refusal('playback-key-signs', KEY_SIGNS);
    return c.body(null, 204);
  });

  return app;
}
