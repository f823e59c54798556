import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import { playbackToken } from '../session/playback-access.ts';

/** A token that is about to end is changed for another one. */
const LOOK_EVERY_MS = 5 * 60_000;

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
const PUBLIC: Playback = { kind: 'ready', ...OPEN };

/** For something that is private, or is not; `undefined`: it is not known, or refused, so far. */
export function accessTo(playback: Playback, isPrivate: boolean): PlaybackAccess | undefined {
  if (!isPrivate) return OPEN;
  return playback.kind === 'ready' && playback.token !== undefined ? playback : undefined;
}

/** How the console watches a channel; a token is asked for where something of it is private. */
export function usePlayback(channelId: string, isPrivate: boolean): Playback {
  const playback = useSignal<Playback>(isPrivate ? { kind: 'asking' } : PUBLIC);
  useEffect(() => {
    if (!isPrivate) {
      playback.value = PUBLIC;
      return undefined;
    }
    let isOver = false;
    const look = async () => {
      const found = await playbackToken(channelId).then(
        (token): Playback => ({ kind: 'ready', prefix: `/t/${token}`, token }),
        (error: unknown): Playback => ({ kind: 'refused', problem: problemOfFailure(error) }),
      );
      const { value } = playback;
      // The same one again would begin another player.
      const isSame = found.kind === 'ready' && value.kind === 'ready' && found.token === value.token;
      if (!isOver && !isSame) playback.value = found;
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [channelId, isPrivate, playback]);
  return playback.value;
}
