import { z } from '@hono/zod-openapi';
import { type ChannelId, PLAYBACK_TOKEN_LIFETIME_S, RenditionId } from '@sluice/contracts';
import { Refusal } from '../http/refusal.ts';
import type { PlaybackKeyRing } from './playback-key-ring.ts';
import { mintPlaybackToken } from './playback-token.ts';

/** A download is begun soon, and what has begun goes on when the time is over. */
const LINK_LIFETIME_S = 3_600;

/** `POST /v1/recordings/{broadcastId}/export`, `POST /v1/clips/{clipId}/export`. */
export const ExportCreate = z
  .strictObject({
    video: RenditionId.optional().describe(
      'The picture. Absent: none where `audio` is named, and else the largest that there is.',
    ),
    audio: RenditionId.optional().describe('The sound. Absent: none where `video` is named, and else the best.'),
    lifetimeS: z
      .int()
      .min(PLAYBACK_TOKEN_LIFETIME_S.min)
      .max(PLAYBACK_TOKEN_LIFETIME_S.max)
      .default(LINK_LIFETIME_S)
      .describe('How long a download can be begun, from now on.'),
  })
  .meta({
    id: 'ExportCreate',
    description: 'What is to be in the file. Nothing is named: the largest picture and the best sound.',
    examples: [{ video: 'v720', audio: 'a128', lifetimeS: LINK_LIFETIME_S }],
  });
export type ExportCreate = z.infer<typeof ExportCreate>;

export const ExportLink = z
  .object({
    url: z.url().meta({
      description: 'Where the file is downloaded. A playback token of the channel stands in it: secret.',
      examples: ['https://live.example.com/t/eyJ…/vod/0mgx1c2d3o4e5f6g7h/export.mp4?video=v720&audio=a128'],
    }),
    expiresAtMs: z
      .int()
      .positive()
      .meta({ description: 'A download can be begun until this time.', examples: [Date.UTC(2026, 10, 1, 19)] }),
  })
  .meta({ id: 'ExportLink', description: 'Where a recording or a clip is downloaded as one MP4 file. Secret.' });
export type ExportLink = z.infer<typeof ExportLink>;

export interface ExportLinkParts {
  readonly keys: PlaybackKeyRing;
  readonly edgeUrl: string;
  readonly nowMs: () => number;
}

/** What can be downloaded, and where it lies at the edge: `vod/0mgx1c2d3o4e5f6g7h`. */
export interface Exported {
  readonly channelId: ChannelId;
  readonly path: string;
  readonly renditionIds: readonly RenditionId[];
}

/** An address that lets whoever has it download a file. Throws a Refusal where a rendition is not there. */
export async function exportLink(
  { keys, edgeUrl, nowMs }: ExportLinkParts,
  { channelId, path, renditionIds }: Exported,
  { video, audio, lifetimeS }: ExportCreate,
): Promise<ExportLink> {
  const has = (id: RenditionId, kind: 'v' | 'a') => id.startsWith(kind) && renditionIds.includes(id);
  if (video && !has(video, 'v')) throw new Refusal('no-such-rendition', `It has no picture ${video}.`);
  if (audio && !has(audio, 'a')) throw new Refusal('no-such-rendition', `It has no sound ${audio}.`);
  const order = { channelId, request: { lifetimeS, mayExport: true }, nowMs: nowMs() };
  const { token, expiresAtMs } = await mintPlaybackToken(keys, edgeUrl, order);
  const url = new URL(`${edgeUrl}/t/${token}/${path}/export.mp4`);
  if (video) url.searchParams.set('video', video);
  if (audio) url.searchParams.set('audio', audio);
  return { url: url.href, expiresAtMs };
}
