import { createRoute, z } from '@hono/zod-openapi';
import { ChannelId } from '@sluice/contracts';
import type { Channel } from '../channels/channel.ts';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, newApi, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import type { MediaLiveDriver } from './medialive-driver.ts';
import { MediaLiveState } from './medialive-life.ts';
import { planFault } from './medialive-plan.ts';
import { absentMediaLive, isMediaLiveOf, type MediaLiveRecord, MediaLiveWord } from './medialive-record.ts';
import type { MediaLives } from './medialives.ts';

/** A MediaLive as it is shown: without its stream key, and without AWS' names of what it is made of. */
const ShownMediaLive = z
  .object({
    channelId: ChannelId,
    isWanted: z.boolean().describe('It is to be there and live.'),
    state: MediaLiveState.describe('How far it is. `failed`: see `lastWord`; another start makes a new one.'),
    pushUrls: z
      .array(z.string())
      .meta({ description: 'Where the encoder pushes to. Secret.', examples: [['rtmp://192.0.2.1:1935/studio/x']] }),
    lastWord: MediaLiveWord.optional().describe('What AWS last refused. Absent: nothing.'),
    changedAtMs: z.int().describe('When the state last changed.'),
  })
  .meta({ id: 'MediaLive', description: "A channel's MediaLive: what is wanted, and how far it is." });

export interface MediaLiveParts {
  readonly channels: Channels;
  readonly mediaLives: MediaLives;
  /** Absent: this deployment has no MediaLive. */
  readonly driver: MediaLiveDriver | undefined;
}

/** `/v1/channels/{channelId}/medialive`. */
export function mediaLiveRoutes({ channels, mediaLives, driver }: MediaLiveParts) {
  function there(): MediaLiveDriver {
    if (driver === undefined) throw new Refusal('medialive-unavailable');
    return driver;
  }

  return newApi()
    .openapi(START, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      if (value.isBeingDeleted) throw new Refusal('channel-being-deleted');
      const fault = planFault(value);
      if (fault !== undefined) throw new Refusal('medialive-not-chosen', fault);
      return c.json(shown(await there().want(value), value), 202);
    })
    .openapi(STOP, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      return c.json(shown(await there().unwant(value.channelId), value), 202);
    })
    .openapi(SHOW, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      return c.json(shown((await mediaLives.get(value.channelId))?.value, value), 200);
    });
}

/** Another channel's, which had the name before, is not there for this one. */
function shown(record: MediaLiveRecord | undefined, channel: Channel): z.infer<typeof ShownMediaLive> {
  const isOwn = record !== undefined && isMediaLiveOf(record, channel);
  const own = isOwn ? record : absentMediaLive(channel.channelId, channel.createdAtMs);
  const { channelId, isWanted, state, pushUrls, lastWord, changedAtMs } = own;
  return { channelId, isWanted, state, pushUrls, ...(lastWord && { lastWord }), changedAtMs };
}

const tags = ['medialive'];
const COSTS =
  'AWS charges for MediaLive by the minute, ten at least, from the start until it is stopped, with a source or without.';

const START = createRoute({
  ...secured('channels:write'),
  operationId: 'startMediaLive',
  tags,
  method: 'post',
  path: '/{channelId}/medialive/start',
  summary: 'Make and start the MediaLive of a channel',
  description: `It takes some minutes; ask for its state. One that was stopped before goes first. ${COSTS}`,
  request: { params: ChannelPath },
  responses: {
    202: answers('It will be.', ShownMediaLive),
    ...refuses('no-such-channel', 'channel-being-deleted', 'medialive-unavailable', 'medialive-not-chosen'),
  },
});

const STOP = createRoute({
  ...secured('channels:write'),
  operationId: 'stopMediaLive',
  tags,
  method: 'post',
  path: '/{channelId}/medialive/stop',
  summary: 'Stop and remove the MediaLive of a channel',
  description: 'Until it is gone from AWS; ask for its state.',
  request: { params: ChannelPath },
  responses: { 202: answers('It will be.', ShownMediaLive), ...refuses('no-such-channel', 'medialive-unavailable') },
});

const SHOW = createRoute({
  ...secured('channels:write'),
  operationId: 'showMediaLive',
  tags,
  method: 'get',
  path: '/{channelId}/medialive',
  summary: 'Show the MediaLive of a channel',
  description:
    '`pushUrls` is where the encoder pushes to, as secret as a stream key; `lastWord` is what AWS last refused.',
  request: { params: ChannelPath },
  responses: { 200: answers('Its state.', ShownMediaLive), ...refuses('no-such-channel') },
});
