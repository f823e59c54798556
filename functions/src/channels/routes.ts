import { createRoute, z } from '@hono/zod-openapi';
import { ChannelId } from '@sluice/contracts';
import type { Caller } from '../access/caller.ts';
import type { LastBroadcasts } from '../broadcasts/last-broadcasts.ts';
import { answers, body, newApi, nothing, refuses, secured, tagged, taggedAndPlaced } from '../http/api.ts';
import { assertMatch, entityTag } from '../http/entity-tag.ts';
import { Refusal } from '../http/refusal.ts';
import type { RevocationOutbox } from '../playback/revocation-outbox.ts';
import type { Kept } from '../storage/records.ts';
import {
  type Channel,
  ChannelChange,
  ChannelCreate,
  hasSameSettings,
  newChannel,
  ShownChannel,
  shownChannel,
} from './channel.ts';
import { CHANNELS_PER_TENANT_MAX, type Channels } from './channels.ts';
import type { EmbedSitesOutbox } from './embed-sites-outbox.ts';
import { ListedChannel } from './listed-channel.ts';

/** A page of this many channels stays small enough for one answer. */
const PAGE_CHANNELS = { default: 50, max: 200 } as const;

const PageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_CHANNELS.max)
    .default(PAGE_CHANNELS.default)
    .describe('How many at most.'),
  after: ChannelId.optional().describe('`next` of the page before: its last channel.'),
});
const ChannelPageShown = z
  .object({
    channels: z.array(ListedChannel),
    next: ChannelId.nullable().meta({
      description: 'What to send as `after` for the next page; `null`: there is none.',
      examples: [null],
    }),
  })
  .meta({ id: 'ChannelPage', description: 'Channels, in the order of their names.' });

export const ChannelPath = z.object({ channelId: ChannelId });
const IfMatch = z.object({ 'if-match': z.string().max(200).optional() });

/** The caller's own channel. Throws a Refusal: others' channels are not there for it. */
export async function ownChannel(channels: Channels, caller: Caller, channelId: ChannelId): Promise<Kept<Channel>> {
  const kept = await channels.get(channelId);
  if (kept?.value.tenantId !== caller.tenantId) throw new Refusal('no-such-channel');
  return kept;
}

export interface ChannelParts {
  readonly channels: Channels;
  readonly lastBroadcasts: Pick<LastBroadcasts, 'of'>;
  readonly outbox: RevocationOutbox;
  readonly embedSites: Pick<EmbedSitesOutbox, 'begin' | 'tell'>;
  /** Begins to remove a channel and all that it has. */
  readonly deleteChannel: (channel: Channel) => Promise<void>;
  readonly nowMs: () => number;
}

/** `/v1/channels` and `/v1/channels/{channelId}`. */
export function channelRoutes({ channels, lastBroadcasts, outbox, embedSites, deleteChannel, nowMs }: ChannelParts) {
  return newApi()
    .openapi(CREATE, async (c) => {
      const channel = newChannel(c.req.valid('json'), nowMs(), c.var.caller.tenantId);
      // The edge lets any site embed what it was told nothing of.
      if (channel.embedSites !== null) await embedSites.begin(channel.channelId);
      const outcome = await channels.create(channel);
      if (outcome.kind === 'full') {
        throw new Refusal('too-many-channels', `There are ${CHANNELS_PER_TENANT_MAX} channels already.`);
      }
      if (outcome.kind === 'created') {
        if (channel.embedSites !== null) await embedSites.tell(channel.channelId);
        const kept = { value: channel, version: outcome.version };
        return c.json(shownChannel(channel), 201, { ...tagOf(kept), location: `/v1/channels/${channel.channelId}` });
      }
      const { kept } = outcome;
      if (kept.value.tenantId !== channel.tenantId) {
        throw new Refusal('channel-exists', 'The name is taken. Names of channels are for all tenants.');
      }
      if (kept.value.isBeingDeleted) throw new Refusal('channel-being-deleted');
      // The answer to the first request may have been lost: the same request again is not a conflict.
      if (hasSameSettings(kept.value, channel)) return c.json(shownChannel(kept.value), 200, tagOf(kept));
      throw new Refusal(
        'channel-exists',
        'A channel of this name exists with other settings. PATCH it to change them.',
      );
    })
    .openapi(LIST, async (c) => {
      const { limit, after } = c.req.valid('query');
      const { tenantId } = c.var.caller;
      const [found, last] = await Promise.all([
        channels.page({ tenantId, limit: limit + 1, after }),
        lastBroadcasts.of({ tenantId, limit, after }),
      ]);
      const page = found.slice(0, limit).map(({ value }) => {
        const lastBroadcast = last.get(value.channelId) ?? null;
        return { ...shownChannel(value), lastBroadcast };
      });
      return c.json({ channels: page, next: found.length > limit ? (page.at(-1)?.channelId ?? null) : null }, 200);
    })
    .openapi(SHOW, async (c) => {
      const kept = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      return c.json(shownChannel(kept.value), 200, tagOf(kept));
    })
    .openapi(CHANGE, async (c) => {
      const kept = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      if (kept.value.isBeingDeleted) throw new Refusal('channel-being-deleted');
      const ifMatch = c.req.valid('header')['if-match'];
      assertMatch(ifMatch, entityTag(kept.value.createdAtMs, kept.version));
      const change = c.req.valid('json');
      // Also when it stays as it is: to say it again is how to tell an edge that has lost it.
      const isToBeTold = change.embedSites !== undefined;
      if (isToBeTold) await embedSites.begin(kept.value.channelId);
      const changed = await channels.change(kept.value.channelId, change, {
        nowMs: nowMs(),
        version: ifMatch === undefined ? undefined : kept.version,
      });
      if (changed === undefined) throw new Refusal('no-such-channel');
      if (changed === 'conflict') throw new Refusal('version-mismatch');
      if (isToBeTold) await embedSites.tell(changed.value.channelId);
      return c.json(shownChannel(changed.value), 200, tagOf(changed));
    })
    .openapi(KICK, async (c) => {
      const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
      // Whoever is live now is sent away within seconds. Asked twice it is done twice, and the second time to nobody.
      if (!(await channels.kick(value.channelId, nowMs()))) throw new Refusal('no-such-channel');
      return c.body(null, 204);
    })
    .openapi(DELETE, async (c) => {
      // What is already gone is gone: a repeated request is told the same. Others' channels are gone for this caller.
      const kept = await channels.get(c.req.valid('param').channelId);
      if (kept?.value.tenantId !== c.var.caller.tenantId) return c.body(null, 204);
      assertMatch(c.req.valid('header')['if-match'], entityTag(kept.value.createdAtMs, kept.version));
      // Before the channel is gone: another one may have its name, and its tokens must not open that.
      await outbox.revoke(kept.value.channelId, { issuedBeforeMs: nowMs() + 1 });
      await deleteChannel(kept.value);
      return c.body(null, 204);
    });
}

function tagOf({ value, version }: Kept<Channel>) {
  return { etag: entityTag(value.createdAtMs, version) };
}

const tags = ['channels'];
const ONE = '/{channelId}';

const CREATE = createRoute({
  ...secured('channels:write'),
  tags,
  operationId: 'createChannel',
  method: 'post',
  path: '/',
  summary: 'Make a channel',
  description: 'You choose its name, which is public. The same request again answers with the channel that there is.',
  request: body(ChannelCreate),
  responses: {
    200: { ...answers('It is there, with the same settings.', ShownChannel), ...tagged },
    201: { ...answers('It was made.', ShownChannel), ...taggedAndPlaced },
    ...refuses('channel-exists', 'channel-being-deleted', 'too-many-channels'),
  },
});

const LIST = createRoute({
  ...secured('channels:read'),
  tags,
  operationId: 'listChannels',
  method: 'get',
  path: '/',
  summary: 'List channels',
  description: 'In the order of their names. `next` is the `after` of the next page, or null.',
  request: { query: PageQuery },
  responses: { 200: answers('A page.', ChannelPageShown), ...refuses() },
});

const SHOW = createRoute({
  ...secured('channels:read'),
  tags,
  operationId: 'showChannel',
  method: 'get',
  path: ONE,
  summary: 'Show a channel',
  request: { params: ChannelPath },
  responses: { 200: { ...answers('The channel.', ShownChannel), ...tagged }, ...refuses('no-such-channel') },
});

const CHANGE = createRoute({
  ...secured('channels:write'),
  tags,
  operationId: 'changeChannel',
  method: 'patch',
  path: ONE,
  summary: 'Change a channel',
  description: 'What is not named stays. With `If-Match` it is changed only if it is still what you have read.',
  request: { params: ChannelPath, headers: IfMatch, ...body(ChannelChange) },
  responses: {
    200: { ...answers('As it is now.', ShownChannel), ...tagged },
    ...refuses('no-such-channel', 'channel-being-deleted', 'version-mismatch'),
  },
});

const KICK = createRoute({
  ...secured('broadcasts:write'),
  tags,
  operationId: 'kickPublisher',
  method: 'post',
  path: `${ONE}/kick`,
  summary: 'Send the publisher away',
  description:
    'Within five seconds, and its broadcast ends. It may come back, and most encoders do at once: end the broadcast to keep it out for a while, disable its stream key to keep it out for good.',
  request: { params: ChannelPath },
  responses: { ...nothing, ...refuses('no-such-channel') },
});

const DELETE = createRoute({
  ...secured('channels:write'),
  tags,
  operationId: 'deleteChannel',
  method: 'delete',
  path: ONE,
  summary: 'Delete a channel',
  description: 'Its publisher is sent away; stream keys, playback tokens, recordings, clips and all media go with it.',
  request: { params: ChannelPath, headers: IfMatch },
  responses: { ...nothing, ...refuses('version-mismatch') },
});
