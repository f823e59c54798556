import type { Refused } from '../channel/channel-replies.ts';
import { takesGzip } from '../http/accept-encoding.ts';
import { cacheControl } from '../http/cache-control.ts';
import { PLAYLIST_CONTENT_TYPE } from '../http/content-types.ts';
import { problem } from '../http/problem.ts';
import type { WrittenPlaylist } from './shared-playlist.ts';

/** RFC 9218 §4.1, with the urgency that rfc8216bis B.1 gives to playlists: a late one stops the picture. */
const PLAYLIST_PRIORITY = 'u=1';

/** On what lists a whole broadcast: which one that is. */
export const BROADCAST_HEADER = 'sluice-broadcast';

export interface PlaylistAnswerOptions {
  /** What the client itself takes. */
  readonly acceptEncoding: string;
  readonly contentType?: string | undefined;
}

/**
 * A playlist, or the refusal in its place. It is compressed here where the client takes gzip (rfc8216bis §6.2.1), for
 * CDNs do that to few types and not to this one.
 */
export function playlistAnswer(
  playlist: WrittenPlaylist | Refused,
  { acceptEncoding, contentType = PLAYLIST_CONTENT_TYPE }: PlaylistAnswerOptions,
): Response {
  if (playlist.kind === 'refused') return problem(playlist.code, playlist.detail);
  const isGzipped = takesGzip(acceptEncoding);
  const body = isGzipped ? playlist.gzipped : playlist.bytes;
  const headers = new Headers({
    'content-type': contentType,
    'content-length': String(body.byteLength),
    'cache-control': cacheControl(playlist.cache),
    vary: 'Accept-Encoding',
    priority: PLAYLIST_PRIORITY,
  });
  if (playlist.broadcastId !== undefined) headers.set(BROADCAST_HEADER, playlist.broadcastId);
  if (!isGzipped) return new Response(body, { headers });
  headers.set('content-encoding', 'gzip');
  // It is gzip already.
  return new Response(body, { headers, encodeBody: 'manual' });
}
