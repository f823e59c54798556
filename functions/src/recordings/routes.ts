import { createRoute, z } from '@hono/zod-openapi';
import { BroadcastId } from '@sluice/contracts';
import type { Caller } from '../access/caller.ts';
import { Broadcast, Recording } from '../broadcasts/broadcast.ts';
import type { Broadcasts } from '../broadcasts/broadcasts.ts';
import { BroadcastPath } from '../broadcasts/routes.ts';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import { ExportCreate, ExportLink, type ExportLinkParts, exportLink } from '../playback/export-link.ts';

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many at most.'),
  before: BroadcastId.optional().describe('`next` of the page before: its last recording.'),
});
/** The example of BroadcastId. */
const EXAMPLE_ID = '0mgx1c2d3o4e5f6g7h';
const { broadcastId, channelId, tenantId, startedAtMs, endedAtMs, profile, isPrivate, renditions } = Broadcast.shape;
const ShownRecording = z
  .object({
    broadcastId,
    channelId,
    tenantId,
    startedAtMs,
    endedAtMs,
    profile,
    isPrivate: isPrivate.describe(
      'Viewers need a playback token of the channel, before the path of an address: `/t/{playbackToken}/vod/…`.',
    ),
    renditions,
    ...Recording.shape,
    urls: z
      .object({
        hls: z
          .url()
          .meta({ description: 'For HLS.', examples: [`https://live.example.com/vod/${EXAMPLE_ID}/index.m3u8`] }),
        dash: z
          .url()
          .meta({ description: 'For DASH.', examples: [`https://live.example.com/vod/${EXAMPLE_ID}/manifest.mpd`] }),
      })
      .describe('Where it is played.'),
  })
  .meta({ id: 'Recording', description: 'A broadcast that was kept, named by the id of the broadcast.' });
const RecordingPageShown = z
  .object({
    recordings: z.array(ShownRecording),
    next: BroadcastId.nullable().meta({
      description: 'What to send as `before` for the next page; `null`: there is none.',
      examples: [null],
    }),
  })
  .meta({ id: 'RecordingPage', description: 'Recordings of all channels, the newest first.' });
const RecordingChange = z
  .strictObject({
    expiresAtMs: z
      .int()
      .positive()
      .max(8.64e15)
      .nullable()
      .meta({
        description: 'From then on it is removed; `null`: it is kept. A time that is over deletes it.',
        examples: [Date.UTC(2027, 10, 1)],
      }),
  })
  .meta({ id: 'RecordingChange', description: 'What is to be changed of a recording.' });

export interface RecordingParts extends ExportLinkParts {
  readonly broadcasts: Broadcasts;
  readonly deleteRecording: (broadcast: Broadcast) => Promise<void>;
  /** Its time was changed. */
  readonly onExpiry: (broadcast: Broadcast, expiresAtMs: number) => Promise<void>;
}

/** `/v1/recordings`. */
export function recordingRoutes(parts: RecordingParts) {
  const { broadcasts, edgeUrl, deleteRecording, onExpiry } = parts;

  async function ownRecording({ tenantId: own }: Caller, id: BroadcastId): Promise<Broadcast> {
    const kept = await broadcasts.find(id);
    if (kept?.value.tenantId !== own || kept.value.recording === null) throw new Refusal('no-such-recording');
    return kept.value;
  }

  return newApi()
    .openapi(LIST, async (c) => {
      const { limit, before } = c.req.valid('query');
      const found = await broadcasts.recorded(c.var.caller.tenantId, { limit: limit + 1, before });
      const page = found.slice(0, limit).flatMap((broadcast) => shown(broadcast, edgeUrl));
      return c.json({ recordings: page, next: found.length > limit ? (page.at(-1)?.broadcastId ?? null) : null }, 200);
    })
    .openapi(SHOW, async (c) => {
      const [recording] = shown(await ownRecording(c.var.caller, c.req.valid('param').broadcastId), edgeUrl);
      if (recording === undefined) throw new Refusal('no-such-recording');
      return c.json(recording, 200);
    })
    .openapi(CHANGE, async (c) => {
      const broadcast = await ownRecording(c.var.caller, c.req.valid('param').broadcastId);
      const { expiresAtMs } = c.req.valid('json');
      const changed = await broadcasts.changeRecording(broadcast, (recording) => ({ ...recording, expiresAtMs }));
      if (changed === undefined) throw new Refusal('no-such-recording');
      if (expiresAtMs !== null) await onExpiry(changed, expiresAtMs);
      const [recording] = shown(changed, edgeUrl);
      if (recording === undefined) throw new Refusal('no-such-recording');
      return c.json(recording, 200);
    })
    .openapi(EXPORT, async (c) => {
      const { broadcastId, channelId, renditions } = await ownRecording(c.var.caller, c.req.valid('param').broadcastId);
      const renditionIds = renditions.map(({ renditionId }) => renditionId);
      const exported = { channelId, path: `vod/${broadcastId}`, renditionIds };
      return c.json(await exportLink(parts, exported, c.req.valid('json')), 201);
    })
    .openapi(DELETE, async (c) => {
      const kept = await broadcasts.find(c.req.valid('param').broadcastId);
      const isOwn = kept?.value.tenantId === c.var.caller.tenantId;
      if (isOwn && kept.value.recording !== null) await deleteRecording(kept.value);
      return c.body(null, 204);
    });
}

/** None where there is no recording. */
function shown(broadcast: Broadcast, edgeUrl: string): z.infer<typeof ShownRecording>[] {
  const { recording, ...of } = broadcast;
  if (recording === null) return [];
  const base = `${edgeUrl}/vod/${of.broadcastId}`;
  return [
    {
      broadcastId: of.broadcastId,
      channelId: of.channelId,
      tenantId: of.tenantId,
      startedAtMs: of.startedAtMs,
      endedAtMs: of.endedAtMs,
      profile: of.profile,
      isPrivate: of.isPrivate,
      renditions: of.renditions,
      ...recording,
      urls: { hls: `${base}/index.m3u8`, dash: `${base}/manifest.mpd` },
    },
  ];
}

const tags = ['recordings'];
const ONE = '/{broadcastId}';

const LIST = createRoute({
  ...secured('recordings:read'),
  operationId: 'listRecordings',
  tags,
  method: 'get',
  path: '/',
  summary: 'List recordings',
  description: 'The newest first. `next` is the `before` of the next page, or null.',
  request: { query: PageQuery },
  responses: { 200: answers('A page.', RecordingPageShown), ...refuses() },
});

const SHOW = createRoute({
  ...secured('recordings:read'),
  operationId: 'showRecording',
  tags,
  method: 'get',
  path: ONE,
  summary: 'Show a recording',
  description: 'With the addresses that it is played at.',
  request: { params: BroadcastPath },
  responses: { 200: answers('The recording.', ShownRecording), ...refuses('no-such-recording') },
});

const CHANGE = createRoute({
  ...secured('recordings:write'),
  operationId: 'changeRecording',
  tags,
  method: 'patch',
  path: ONE,
  summary: 'Change how long a recording is kept',
  description: 'Whatever its channel says, before or after.',
  request: { params: BroadcastPath, ...body(RecordingChange) },
  responses: { 200: answers('As it is now.', ShownRecording), ...refuses('no-such-recording') },
});

const EXPORT = createRoute({
  ...secured('recordings:write'),
  operationId: 'exportRecording',
  tags,
  method: 'post',
  path: `${ONE}/export`,
  summary: 'Download a recording',
  description:
    'Answers with an address at which it is one MP4 file, made while it is sent. Whoever has the address can watch the channel, and download its recordings and clips, until its time is over. None is kept.',
  request: { params: BroadcastPath, ...body(ExportCreate) },
  responses: {
    201: answers('Where the file is. Secret.', ExportLink),
    ...refuses('no-such-recording', 'no-such-rendition'),
  },
});

const DELETE = createRoute({
  ...secured('recordings:write'),
  operationId: 'deleteRecording',
  tags,
  method: 'delete',
  path: ONE,
  summary: 'Delete a recording',
  description:
    'With its media, but for that of clips that were cut out of it. The broadcast stays in the list of past ones.',
  request: { params: BroadcastPath },
  responses: { ...nothing, ...refuses() },
});
