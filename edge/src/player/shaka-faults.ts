import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import type { PlaybackFault } from './recovery.ts';

/** What is wrong, as a remedy is chosen by it. */
export function faultOf(error: shaka.util.Error): PlaybackFault {
  // Nothing that the MPD lists can be decoded here.
  if (error.code === shaka.util.Error.Code.CONTENT_UNSUPPORTED_BY_BROWSER) return 'codec';
  return error.category === shaka.util.Error.Category.MEDIA ? 'decoder' : 'other';
}

/**
 * Asking again is told the same: the link of a private channel does not let its viewer in any more (403), or nobody knows
 * of this broadcast (404 for its MPD).
 */
export function isHopeless({ code, data }: shaka.util.Error): boolean {
  if (code !== shaka.util.Error.Code.BAD_HTTP_STATUS || !Array.isArray(data)) return false;
  const [, status, , , requestType] = data;
  return status === 403 || (status === 404 && requestType === shaka.net.NetworkingEngine.RequestType.MANIFEST);
}

/** For the statistics, not for people. */
export function detailOf({ category, code }: shaka.util.Error): string {
  return `shaka ${category}/${code}`;
}

/** What an `error` event of a player carries. */
export function errorOf(event: Event & { detail?: unknown }): shaka.util.Error {
  return event.detail as shaka.util.Error;
}
