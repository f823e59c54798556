import { createRoute, z } from '@hono/zod-openapi';
import { ClipId, PLAYBACK_TOKEN_LIFETIME_S, thumbnailKey } from '@sluice/contracts';
import type { Caller } from '../access/caller.ts';
import type { Channels } from '../channels/channels.ts';
import { ChannelPath, ownChannel } from '../channels/routes.ts';
import { answers, body, newApi, nothing, placed, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import { ExportCreate, ExportLink, type ExportLinkParts, exportLink } from '../playback/export-link.ts';
import { mintPlaybackToken } from '../playback/playback-token.ts';
import { Clip, ClipCreate } from './clip.ts';
import type { ClipMaker } from './clip-maker.ts';
import type { Clips } from './clips.ts';

const ClipPath = z.object({ clipId: ClipId });
const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many at most.'),
  before: ClipId.optional().describe('`next` of the page before: its last clip.'),
});
const EXAMPLE_URL = 'https://live.example.com/clip/0mgx2p6q81h5k9w3c7d2f0';
const EXAMPLE_PICTURE = 'https://live.example.com/live/demo/0mgx2nq3d1w8z0hcv5t7/thumbnails/1409.jpg';
const ShownClip = z
  .object({
    ...Clip.shape,
    urls: z
      .object({
        hls: z.url().meta({ description: 'For HLS.', examples: [`${EXAMPLE_URL}/index.m3u8`] }),
        dash: z.url().meta({ description: 'For DASH.', examples: [`${EXAMPLE_URL}/manifest.mpd`] }),
        picture: z
          .url()
          .nullable()
          .meta({
            description: 'How it looks, a JPEG at most 320 pixels wide. `null`: there is none.',
            examples: [EXAMPLE_PICTURE],
          }),
      })
      .describe('Where it is played. Of a private broadcast with a playback token that is good for hours: secret.'),
  })
  .meta({ id: 'PlayableClip', description: 'A clip, and where it is played.' });
const ClipPageShown = z
  .object({
    clips: z.array(Clip),
    next: ClipId.nullable().meta({
      description: 'What to send as `before` for the next page; `null`: there is none.',
      examples: [null],
    }),
  })
  .meta({ id: 'ClipPage', description: 'Clips of a channel, the newest first.' });

export interface ClipParts extends ExportLinkParts {
  readonly channels: Channels;
  readonly clips: Clips;
  readonly maker: ClipMaker;
  readonly deleteClip: (clip: Clip) => Promise<void>;
}

/** `/v1/clips`. */
export function clipRoutes(parts: ClipParts) {
  const { channels, clips, maker, deleteClip } = parts;

  async function ownClip({ tenantId }: Caller, clipId: ClipId): Promise<Clip> {
    const clip = await clips.find(clipId);
    if (clip?.tenantId !== tenantId) throw new Refusal('no-such-clip');
    return clip;
  }

  return newApi()
    .openapi(CREATE, async (c) => {
      const create = c.req.valid('json');
      const { value } = await ownChannel(channels, c.var.caller, create.channelId);
      if (value.isBeingDeleted) throw new Refusal('channel-being-deleted');
      const clip = await maker.make(value, create);
      return c.json(await shown(clip, parts), 201, { location: `/v1/clips/${clip.clipId}` });
    })
    .openapi(SHOW, async (c) => {
      return c.json(await shown(await ownClip(c.var.caller, c.req.valid('param').clipId), parts), 200);
    })
    .openapi(EXPORT, async (c) => {
      const { clipId, channelId, segments } = await ownClip(c.var.caller, c.req.valid('param').clipId);
      const renditionIds = segments.map(({ renditionId }) => renditionId);
      const exported = { channelId, path: `clip/${clipId}`, renditionIds };
      return c.json(await exportLink(parts, exported, c.req.valid('json')), 201);
    })
    .openapi(DELETE, async (c) => {
      const clip = await clips.find(c.req.valid('param').clipId);
      if (clip?.tenantId === c.var.caller.tenantId) await deleteClip(clip);
      return c.body(null, 204);
    });
}

/** `/v1/channels/{channelId}/clips`. */
export function channelClipRoutes({ channels, clips }: Pick<ClipParts, 'channels' | 'clips'>) {
  return newApi().openapi(LIST, async (c) => {
    const { limit, before } = c.req.valid('query');
    const { value } = await ownChannel(channels, c.var.caller, c.req.valid('param').channelId);
    const found = await clips.ofChannel(value.channelId, { limit: limit + 1, before });
    const page = found.slice(0, limit);
    return c.json({ clips: page, next: found.length > limit ? (page.at(-1)?.clipId ?? null) : null }, 200);
  });
}

async function shown(clip: Clip, { keys, edgeUrl, nowMs }: ExportLinkParts) {
  const request = { lifetimeS: PLAYBACK_TOKEN_LIFETIME_S.default };
  const base = clip.isPrivate
    ? `${edgeUrl}/t/${(await mintPlaybackToken(keys, edgeUrl, { channelId: clip.channelId, request, nowMs: nowMs() })).token}`
    : edgeUrl;
  const of = `${base}/clip/${clip.clipId}`;
  const slot = clip.images?.pictureSlot ?? null;
  const picture = slot === null ? null : `${base}/live/${thumbnailKey(clip, slot)}`;
  return { ...clip, urls: { hls: `${of}/index.m3u8`, dash: `${of}/manifest.mpd`, picture } };
}

const tags = ['clips'];

const CREATE = createRoute({
  ...secured('clips:write'),
  operationId: 'createClip',
  tags,
  method: 'post',
  path: '/',
  summary: 'Cut a clip',
  description:
    'Out of what is live or was recorded, without copying media. It is of whole segments, so it begins a little before `from` and ends a little after `to`, and it outlives its recording.',
  request: body(ClipCreate),
  responses: {
    201: { ...answers('The clip, which can be played now.', ShownClip), ...placed },
    ...refuses(
      'no-such-channel',
      'no-such-media',
      'channel-being-deleted',
      'too-many-clips',
      'clip-not-yet',
      'several-broadcasts',
      'edge-unreachable',
    ),
  },
});

const SHOW = createRoute({
  ...secured('clips:read'),
  operationId: 'showClip',
  tags,
  method: 'get',
  path: '/{clipId}',
  summary: 'Show a clip',
  description: 'With the addresses that it is played at.',
  request: { params: ClipPath },
  responses: { 200: answers('The clip.', ShownClip), ...refuses('no-such-clip') },
});

const EXPORT = createRoute({
  ...secured('clips:write'),
  operationId: 'exportClip',
  tags,
  method: 'post',
  path: '/{clipId}/export',
  summary: 'Download a clip',
  description:
    'As a recording: an address at which it is one MP4 file, of whole segments. Whoever has the address can watch the channel, and download its recordings and clips, until its time is over. None is kept.',
  request: { params: ClipPath, ...body(ExportCreate) },
  responses: {
    201: answers('Where the file is. Secret.', ExportLink),
    ...refuses('no-such-clip', 'no-such-rendition'),
  },
});

const DELETE = createRoute({
  ...secured('clips:write'),
  operationId: 'deleteClip',
  tags,
  method: 'delete',
  path: '/{clipId}',
  summary: 'Delete a clip',
  description: 'With the media that was kept for it alone.',
  request: { params: ClipPath },
  responses: { ...nothing, ...refuses() },
});

const LIST = createRoute({
  ...secured('clips:read'),
  operationId: 'listClips',
  tags,
  method: 'get',
  path: '/{channelId}/clips',
  summary: 'The clips of a channel',
  description: 'The newest first. `next` is the `before` of the next page, or null.',
  request: { params: ChannelPath, query: PageQuery },
  responses: { 200: answers('A page.', ClipPageShown), ...refuses('no-such-channel') },
});
