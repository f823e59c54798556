import type { ApiProblem } from '../api/api-problem.ts';

/** With what something of the channel is fetched; both secret where it is private. */
export interface PlaybackAccess {
  /** Before `/live/…`, `/vod/…` and `/clip/…`. */
  readonly prefix: string;
  readonly token: string | undefined;
}

/** How the console itself watches a channel. */
export type Playback =
  | { readonly kind: 'asking' }
  | { readonly kind: 'refused'; readonly problem: ApiProblem }
  | ({ readonly kind: 'ready' } & PlaybackAccess);

const OPEN: PlaybackAccess = { prefix: '', token: undefined };
/** Of what is public. */
export const OPEN_PLAYBACK: Playback = { kind: 'ready', ...OPEN };

/** For something that is private, or is not; `undefined`: it is not known, or refused, so far. */
export function accessTo(playback: Playback, isPrivate: boolean): PlaybackAccess | undefined {
  if (!isPrivate) return OPEN;
  return playback.kind === 'ready' && playback.token !== undefined ? playback : undefined;
}
