import { type BroadcastId, type ChannelId, isWithinHeight, RenditionId } from '@sluice/contracts';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Refused } from '../channel/channel-replies.ts';
import type { EdgeEnv } from '../environment.ts';
import { problem } from '../http/problem.ts';
import { log } from '../log.ts';
import { StoreError } from '../media/store-error.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { exportBody, exportHeaders } from './export-answer.ts';
import { exportBytes } from './export-bytes.ts';
import { ExportError } from './export-error.ts';
import { exportFileName } from './export-file-name.ts';
import { ExportSeats } from './export-seats.ts';
import type { ExportSource } from './export-source.ts';

/** What is to be exported of a recording or a clip. Nothing is named: the best of what there is. */
export interface ExportOrder {
  readonly videoId: RenditionId | undefined;
  readonly audioId: RenditionId | undefined;
  /** No picture above it: the token does not go further. */
  readonly heightPxMax: number | undefined;
}

/** A recording or a clip, and what of it is exported: a picture, a sound, or both. */
export interface FoundExport {
  readonly kind: 'found';
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly videoId: RenditionId | undefined;
  readonly audioId: RenditionId | undefined;
  readonly source: ExportSource;
}

/** Looks up what an address is of. Nothing of its media is read for that. */
export type FindExport = (c: Context<EdgeEnv>, order: ExportOrder) => Promise<FoundExport | Refused>;

const ExportQuery = z.object({
  video: RenditionId.refine((id) => id.startsWith('v'), 'video is a rendition with a picture: v720').optional(),
  audio: RenditionId.refine((id) => id.startsWith('a'), 'audio is a rendition with sound: a128').optional(),
});

const seats = new ExportSeats();

/**
 * `GET …/export.mp4?video=v720&audio=a128`: a recording or a clip as one file. Only for whoever has a playback token that
 * says so.
 */
export function exportRoute(find: FindExport): (c: Context<EdgeEnv>) => Promise<Response> {
  return async (c) => {
    const query = ExportQuery.safeParse(c.req.query());
    if (!query.success) return problem('malformed-query', `${query.error.issues[0]?.message ?? 'It cannot be read'}.`);
    const { video: videoId, audio: audioId } = query.data;
    const { mayExport, heightPxMax } = rightsOf(c.req.raw);
    if (mayExport !== true) return problem('export-not-allowed', 'It needs a playback token that allows it.');
    if (!isWithinHeight(videoId ?? '', heightPxMax)) return problem('token-not-for-this-rendition');
    const found = await find(c, { videoId, audioId, heightPxMax });
    if (found.kind === 'refused') return problem(found.code, found.detail);
    const headers = exportHeaders({ fileName: exportFileName({ ...found, ...found.source }) });
    return c.req.method === 'HEAD' ? new Response(null, { headers }) : exported(found, headers);
  };
}

async function exported(found: FoundExport, headers: Record<string, string>): Promise<Response> {
  const seat = seats.take(Date.now());
  if (seat === undefined) return problem('too-many-exports');
  try {
    const body = await exportBody(whileSeated(exportBytes(found.source)), () => {
      seat.lastMs = Date.now();
    });
    return new Response(body, { headers });
  } catch (error) {
    return refusal(error, found);
  }

  async function* whileSeated(bytes: AsyncGenerator<Uint8Array, void, void>) {
    try {
      yield* bytes;
    } finally {
      if (seat !== undefined) seats.leave(seat);
    }
  }
}

/** What is told of a file that could not be begun. */
function refusal(error: unknown, { broadcastId }: FoundExport): Response {
  if (!(error instanceof ExportError || error instanceof StoreError)) throw error;
  log('error', 'an export could not be begun', { broadcastId, code: error.code, reason: error.message });
  if (error instanceof StoreError) return problem('unavailable');
  return problem(
    'no-such-media',
    error.code === 'nothing-to-export' ? 'Nothing of it is left.' : 'It cannot be one file.',
  );
}
