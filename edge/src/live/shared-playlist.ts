import type { BroadcastId, ChannelId } from '@sluice/contracts';
import type { Context } from 'hono';
import type { PlaylistReply, Refused } from '../channel/channel-replies.ts';
import { Collapse } from '../collapse/collapse.ts';
import { VIEWER_LIMITS } from '../collapse/viewer-limits.ts';
import type { EdgeEnv } from '../environment.ts';
import { clientAcceptEncoding } from '../http/accept-encoding.ts';
import type { CacheClass } from '../http/cache-control.ts';
import { gzip } from '../http/gzip.ts';
import type { ViewingCalls } from '../relay/relay-client.ts';
import { askViewing, viewingAsk } from './ask-viewing.ts';
import { playlistAnswer } from './playlist-answer.ts';

/** A playlist as its bytes, made once for all who asked. */
export interface WrittenPlaylist {
  readonly kind: 'written';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly cache: CacheClass;
  /** Of what lists a whole broadcast. */
  readonly broadcastId?: BroadcastId;
}

export interface PlaylistWish {
  readonly channelId: ChannelId;
  /** Tells it from everything else that may be asked of the channel; equal names have equal answers. */
  readonly name: string;
  /** Of a playlist, if absent. */
  readonly contentType?: string;
  ask(viewing: ViewingCalls): Promise<PlaylistReply | Refused>;
}

/** Of all that is remembered for latecomers. Playlists have some kilobytes; one of twelve hours has two megabytes. */
const RECENT_BYTES_MAX = 8 * 1024 * 1024;
/** Viewers who wait for a part are all there when it comes; those who were on their way come within this time. */
const BLOCKED_RECENT_MS = 1_000;
/** As old as a cache on the way may let it become (cache-control.ts), less what the way takes. */
const PLAIN_RECENT_MS = 500;

const playlists = new Collapse<WrittenPlaylist | Refused>({
  ...VIEWER_LIMITS,
  recent: {
    bytesMax: RECENT_BYTES_MAX,
    sizeBytes: (playlist) =>
      playlist.kind === 'written' ? playlist.bytes.byteLength + playlist.gzipped.byteLength : 0,
    keepMs: recentMs,
  },
});

/** Answers with a playlist, which is asked for and written once for all who want it in this isolate. */
export async function sharedPlaylist(c: Context<EdgeEnv>, wish: PlaylistWish): Promise<Response> {
  const asked = viewingAsk(c.req.raw, wish.channelId);
  const write = async () => written(await askViewing(c.env, asked, (viewing) => wish.ask(viewing)));
  const isShared = c.env.PLAYLIST_COLLAPSING !== 'off';
  const key = `${asked.region}/${wish.channelId}/${wish.name}`;
  const playlist = isShared ? await playlists.run(key, c.executionCtx, write) : await write();
  return playlistAnswer(playlist, { acceptEncoding: clientAcceptEncoding(c.req.raw), contentType: wish.contentType });
}

/** A playlist's text as its bytes. */
export async function written(reply: PlaylistReply | Refused): Promise<WrittenPlaylist | Refused> {
  if (reply.kind === 'refused') return reply;
  const { text, cache, broadcastId } = reply;
  const bytes = new Uint8Array(new TextEncoder().encode(text));
  return { kind: 'written', bytes, gzipped: await gzip(bytes), cache, ...(broadcastId && { broadcastId }) };
}

function recentMs(playlist: WrittenPlaylist | Refused): number {
  if (playlist.kind === 'refused') return 0;
  return playlist.cache.kind === 'plain-playlist' ? PLAIN_RECENT_MS : BLOCKED_RECENT_MS;
}
