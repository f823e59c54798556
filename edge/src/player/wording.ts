import type { RenditionChoice } from './engine.ts';
import type { ViewerState } from './viewer-life.ts';

/** What stands over the picture, or instead of it. */
export interface ScreenWords {
  readonly headline: string;
  readonly detail: string;
}

const UNSUPPORTED_DETAIL =
  'It has neither Media Source Extensions nor HLS of its own. A current Chrome, Edge, Firefox or Safari can.';

const PRIVATE_DETAIL = 'Whoever owns it can give you a link to watch it.';

/**
 * `undefined` where the picture speaks for itself.
 *
 * @param refusal why the page's link does not open, in the edge's words; absent: there was no link.
 */
export function screenWords(state: ViewerState, channelId: string, refusal?: string): ScreenWords | undefined {
  switch (state) {
    case 'offline':
      return {
        headline: 'Not live right now',
        detail: `Leave this page open: ${channelId} will start playing here by itself.`,
      };
    case 'ended':
      return {
        headline: 'The broadcast has ended',
        detail: `If ${channelId} comes back, it will start here by itself.`,
      };
    case 'starting':
      return { headline: 'Going live', detail: 'The first picture is on its way.' };
    case 'unreachable':
      return { headline: 'No connection', detail: 'The stream cannot be reached from here at the moment.' };
    case 'refused':
      return refusal === undefined
        ? { headline: 'This channel is private', detail: PRIVATE_DETAIL }
        : { headline: 'This link does not open', detail: refusal };
    case 'unsupported':
      return { headline: 'This browser cannot play the stream', detail: UNSUPPORTED_DETAIL };
    default:
      return undefined;
  }
}

/** For screen readers: the sentence that is spoken when the state begins. */
export function announcement(state: ViewerState, channelId: string, refusal?: string): string | undefined {
  const words = screenWords(state, channelId, refusal);
  if (words !== undefined) return `${words.headline}. ${words.detail}`;
  if (state === 'watching') return `${channelId} is live and playing.`;
  if (state === 'blocked') return 'The browser waits for you to press play.';
  if (state === 'paused') return 'Paused.';
  return undefined;
}

/** `1.7 s`; `12 s` from ten seconds on, where tenths are noise; an en dash where nothing is known. */
export function seconds(valueMs: number | undefined): string {
  if (valueMs === undefined || !Number.isFinite(valueMs)) return '–';
  return `${(valueMs / 1000).toFixed(Math.abs(valueMs) < 9_950 ? 1 : 0)} s`;
}

/** `2.81 s`: for the statistics, where hundredths are read. */
export function fineSeconds(valueMs: number | undefined): string {
  return valueMs === undefined || !Number.isFinite(valueMs) ? '–' : `${(valueMs / 1000).toFixed(2)} s`;
}

/** `2.8 Mbps`, `640 kbps`. */
export function bitrate(valueBps: number | undefined): string {
  if (valueBps === undefined || !Number.isFinite(valueBps)) return '–';
  return valueBps >= 995_000 ? `${(valueBps / 1e6).toFixed(1)} Mbps` : `${Math.round(valueBps / 1000)} kbps`;
}

/** `720p`, and `720p60` above 30 frames a second. */
export function renditionName({ heightPx, fps, id }: RenditionChoice): string {
  if (heightPx === 0) return id;
  return `${heightPx}p${fps !== undefined && fps > 31 ? Math.round(fps) : ''}`;
}

/** `4:07`, `1:02:09`. */
export function elapsed(valueMs: number): string {
  const wholeS = Math.max(0, Math.floor(valueMs / 1000));
  const hours = Math.floor(wholeS / 3600);
  const minutes = Math.floor((wholeS % 3600) / 60);
  const tail = `${String(wholeS % 60).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** `10 Mbps line`: how a rendition differs from its neighbours, for the menu's second column. */
export function renditionDetail({ fps, bitrateBps }: RenditionChoice): string {
  const rate = bitrate(bitrateBps);
  return fps === undefined ? rate : `${Math.round(fps * 100) / 100} fps · ${rate}`;
}
