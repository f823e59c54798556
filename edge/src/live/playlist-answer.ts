import type { PlaylistReply } from '../channel/channel-replies.ts';
import { takesGzip } from '../http/accept-encoding.ts';
import { cacheControl } from '../http/cache-control.ts';
import { PLAYLIST_CONTENT_TYPE } from '../http/content-types.ts';
import { problem } from '../http/problem.ts';

/** RFC 9218 §4.1, with the urgency that rfc8216bis B.1 gives to playlists: a late one stops the picture. */
const PLAYLIST_PRIORITY = 'u=1';

/**
 * A playlist, or the refusal in its place. It is compressed here where the client takes gzip (rfc8216bis §6.2.1), for
 * CDNs do that to few types and not to this one.
 */
export function playlistAnswer(reply: PlaylistReply, acceptEncoding: string): Response {
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  const body = new TextEncoder().encode(reply.text);
  const headers = new Headers({
    'content-type': PLAYLIST_CONTENT_TYPE,
    'cache-control': cacheControl(reply.cache),
    vary: 'Accept-Encoding',
    priority: PLAYLIST_PRIORITY,
  });
  // workerd encodes the body when the header says so.
  if (takesGzip(acceptEncoding)) headers.set('content-encoding', 'gzip');
  else headers.set('content-length', String(body.byteLength));
  return new Response(body, { headers });
}
