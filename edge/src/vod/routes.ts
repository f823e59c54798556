import { isWithinHeight, type RecordedAbout } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type PlaylistReply, type Refused, refused } from '../channel/channel-replies.ts';
import { Collapse } from '../collapse/collapse.ts';
import { VIEWER_LIMITS } from '../collapse/viewer-limits.ts';
import type { EdgeEnv } from '../environment.ts';
import { exportRoute } from '../export/route.ts';
import { clientAcceptEncoding } from '../http/accept-encoding.ts';
import { JSON_CONTENT_TYPE, MPD_CONTENT_TYPE, PLAYLIST_CONTENT_TYPE, VTT_CONTENT_TYPE } from '../http/content-types.ts';
import { viewerCors } from '../http/cors.ts';
import { readPath } from '../http/path.ts';
import { problem, unexpectedProblem } from '../http/problem.ts';
import { playlistAnswer } from '../live/playlist-answer.ts';
import { type WrittenPlaylist, written } from '../live/shared-playlist.ts';
import { wantedRights } from '../live/wanted-rights.ts';
import { bucketUrlOf, mediaSettings } from '../media/media-settings.ts';
import { ListedId, tracksOf } from '../mux/muxed-id.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { rightsKey } from '../playback/viewer-rights.ts';
import { multivariantPlaylist } from '../window/multivariant-playlist.ts';
import { listedRecording } from './listed-recording.ts';
import { recordedAbout } from './recorded-about.ts';
import { recordedExport } from './recorded-export.ts';
import { recordedPlaylist } from './recorded-playlist.ts';
import { recordedPresentation } from './recorded-presentation.ts';
import { recordedStoryboard } from './recorded-storyboard.ts';
import type { FoundRecording, RecordedKind } from './recording-shelf.ts';
import { seenRecording } from './seen-recording.ts';

const PlaylistPath = z.object({
  playlist: z
    .string()
    .transform((name) => name.slice(0, -'.m3u8'.length))
    .pipe(ListedId),
});

/** Of all that were written a moment ago. One of twelve hours has two megabytes. */
const RECENT_BYTES_MAX = 8 * 1024 * 1024;
/** A link that is shared is opened by many at a time; and what is deleted is to be gone soon (cache-control.ts). */
const RECENT_MS = 2_000;

const playlists = new Collapse<WrittenPlaylist | Refused>({
  ...VIEWER_LIMITS,
  recent: {
    bytesMax: RECENT_BYTES_MAX,
    sizeBytes: (playlist) =>
      playlist.kind === 'written' ? playlist.bytes.byteLength + playlist.gzipped.byteLength : 0,
    keepMs: (playlist) => (playlist.kind === 'written' ? RECENT_MS : 0),
  },
});

/** What is written of a recording. */
interface Wish {
  /** Tells it from everything else that may be written of it; equal names have equal texts. */
  readonly name: string;
  readonly contentType: string;
  write(found: FoundRecording): string | Refused;
}

/** Everything that is asked for of recordings, below `/vod` or `/clip`, but for media: what players read, and the file. */
export function recordedRoutes(kind: RecordedKind): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.use(viewerCors());
  app.get('/:id/index.m3u8', (c) => multivariant(c, kind));
  app.get('/:id/muxed.m3u8', (c) => multivariant(c, kind, 'muxed'));
  app.get('/:id/manifest.mpd', (c) => presentation(c, kind));
  app.get('/:id/index.mpd', (c) => presentation(c, kind));
  app.get('/:id/about.json', (c) => about(c, kind));
  app.get('/:id/storyboard.vtt', (c) => storyboard(c, kind));
  app.get(
    '/:id/export.mp4',
    exportRoute(async (c, order) => {
      const seen = await seenRecording(c, kind);
      return seen.kind === 'refused' ? seen : recordedExport(seen.found.recording, mediaSettings(c.env).store, order);
    }),
  );
  app.get('/:id/:playlist{[^/]+\\.m3u8}', (c) => mediaPlaylist(c, kind));
  app.all('*', (c) => {
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    return isRead
      ? problem('no-such-address')
      : problem('method-not-allowed', undefined, { allow: 'GET, HEAD, OPTIONS' });
  });
  app.onError(unexpectedProblem);
  return app;
}

/** Separate sound and picture, however the channel's live ones were; a picture and a sound in one where that is asked for. */
function multivariant(c: Context<EdgeEnv>, kind: RecordedKind, delivery: 'separate' | 'muxed' = 'separate') {
  const viewer = wantedRights(c.req.raw);
  return answer(c, kind, {
    name: `index/${delivery}/${rightsKey(viewer)}`,
    contentType: PLAYLIST_CONTENT_TYPE,
    write: ({ recording }) => multivariantPlaylist(recording, '', { heightPxMax: viewer.heightPxMax, delivery }),
  });
}

function presentation(c: Context<EdgeEnv>, kind: RecordedKind): Promise<Response> {
  const viewer = wantedRights(c.req.raw);
  return answer(c, kind, {
    name: `manifest/${rightsKey(viewer)}`,
    contentType: MPD_CONTENT_TYPE,
    write: ({ recording }) => recordedPresentation(recording, viewer.heightPxMax),
  });
}

/** For players and whoever shows a link. */
function about(c: Context<EdgeEnv>, kind: RecordedKind): Promise<Response> {
  return answer(c, kind, {
    name: 'about',
    contentType: JSON_CONTENT_TYPE,
    write: (found) => {
      const facts: RecordedAbout | undefined = recordedAbout(found);
      return facts === undefined ? refused('no-such-media', 'There is nothing in it.') : JSON.stringify(facts);
    },
  });
}

/** For seek bars. */
function storyboard(c: Context<EdgeEnv>, kind: RecordedKind): Promise<Response> {
  return answer(c, kind, {
    name: 'storyboard',
    contentType: VTT_CONTENT_TYPE,
    write: (found) => recordedStoryboard(found) ?? refused('no-such-media', 'It has no storyboard.'),
  });
}

async function mediaPlaylist(c: Context<EdgeEnv>, kind: RecordedKind): Promise<Response> {
  const path = readPath(c, PlaylistPath);
  if (path instanceof Response) return path;
  const { playlist: id } = path;
  const { heightPxMax } = rightsOf(c.req.raw);
  if (!tracksOf(id).every((track) => isWithinHeight(track, heightPxMax))) {
    return problem('token-not-for-this-rendition');
  }
  return answer(c, kind, {
    name: id,
    contentType: PLAYLIST_CONTENT_TYPE,
    write: ({ recording, manifest }) => {
      const listed = listedRecording(recording, id, bucketUrlOf(c.env, recording.channelId));
      return listed === undefined
        ? refused('no-such-rendition')
        : recordedPlaylist(recording, listed, manifest.clip?.startOffsetMs);
    },
  });
}

async function answer(c: Context<EdgeEnv>, kind: RecordedKind, wish: Wish): Promise<Response> {
  const seen = await seenRecording(c, kind);
  if (seen.kind === 'refused') return problem(seen.code, seen.detail);
  const { key, found } = seen;
  const write = async () => written(reply(wish.write(found)));
  const isShared = c.env.PLAYLIST_COLLAPSING !== 'off';
  const playlist = isShared ? await playlists.run(`${key}/${wish.name}`, c.executionCtx, write) : await write();
  return playlistAnswer(playlist, {
    acceptEncoding: clientAcceptEncoding(c.req.raw),
    contentType: wish.contentType,
  });
}

function reply(text: string | Refused): PlaylistReply {
  return typeof text === 'string' ? { kind: 'playlist', text, cache: { kind: 'recorded-playlist' } } : text;
}
