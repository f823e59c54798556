import { ChannelId } from '@sluice/contracts';
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from '../http/json-body.ts';
import { parse } from '../http/parse.ts';
import { Refusal } from '../http/refusal.ts';
import type { RevocationOutbox } from '../playback/revocation-outbox.ts';
import { CHANNELS_MAX, type ControlStore } from '../storage/control-store.ts';
import { ChannelChange, ChannelCreate, hasSameSettings, newChannel, shownChannel } from './channel.ts';

/** A page of this many channels stays small enough for one answer. */
const PAGE_CHANNELS = { default: 50, max: 200 } as const;

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_CHANNELS.max).default(PAGE_CHANNELS.default),
  /** The last channel of the page before. */
  after: ChannelId.optional(),
});

/** Reads `{channelId}` out of a path. Throws Refusal. */
export function channelIdOf(text: string): ChannelId {
  return parse(ChannelId, text, 'The channel id');
}

export interface ChannelParts {
  readonly store: ControlStore;
  readonly outbox: RevocationOutbox;
  readonly nowMs: () => number;
}

/** `/v1/channels` and `/v1/channels/{channelId}`. */
export function channelRoutes({ store, outbox, nowMs }: ChannelParts): Hono {
  const app = new Hono();

  app.post('/', async (c) => {
    const channel = newChannel(await readJson(c.req.raw, ChannelCreate), nowMs());
    const outcome = await store.createChannel(channel);
    if (outcome.kind === 'full') throw new Refusal('too-many-channels', `There are ${CHANNELS_MAX} channels already.`);
    if (outcome.kind === 'created') {
      return c.json(shownChannel(channel), 201, { location: `/v1/channels/${channel.channelId}` });
    }
    // The answer to the first request may have been lost: the same request again is not a conflict.
    if (hasSameSettings(outcome.channel, channel)) return c.json(shownChannel(outcome.channel));
    throw new Refusal('channel-exists', 'A channel of this name exists with other settings. PATCH it to change them.');
  });

  app.get('/', async (c) => {
    const { limit, after } = parse(PageQuery, c.req.query(), 'The query');
    const channels = await store.channels({ limit: limit + 1, ...(after === undefined ? {} : { after }) });
    const page = channels.slice(0, limit);
    return c.json({
      channels: page.map(shownChannel),
      next: channels.length > limit ? (page.at(-1)?.channelId ?? null) : null,
    });
  });

  app.get('/:channelId', async (c) => {
    const channel = await store.channel(channelIdOf(c.req.param('channelId')));
    if (channel === undefined) throw new Refusal('no-such-channel');
    return c.json(shownChannel(channel));
  });

  app.patch('/:channelId', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    const change = await readJson(c.req.raw, ChannelChange);
    const channel = await store.changeChannel(channelId, change, nowMs());
    if (channel === undefined) throw new Refusal('no-such-channel');
    return c.json(shownChannel(channel));
  });

  // Whoever is live now is sent away within seconds. Asked twice it is done twice, and the second time to nobody.
  app.post('/:channelId/kick', async (c) => {
    const isThere = await store.kickChannel(channelIdOf(c.req.param('channelId')), nowMs());
    if (!isThere) throw new Refusal('no-such-channel');
    return c.body(null, 204);
  });

  // What is already gone is gone: a repeated request is told the same.
  app.delete('/:channelId', async (c) => {
    const channelId = channelIdOf(c.req.param('channelId'));
    if ((await store.channel(channelId)) === undefined) return c.body(null, 204);
    // Before the channel is gone: another one may have its name, and its tokens must not open that.
    await store.revokePlayback(channelId, { issuedBeforeMs: nowMs() + 1 }, nowMs());
    await store.deleteChannel(channelId);
    await outbox.tell(channelId);
    return c.body(null, 204);
  });

  return app;
}
