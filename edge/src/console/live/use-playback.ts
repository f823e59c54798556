import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { problemOfFailure } from '../api/api-problem.ts';
import { playbackToken } from '../session/playback-access.ts';
import { OPEN_PLAYBACK, type Playback } from './playback.ts';

/** A token that is about to end is changed for another one. */
const LOOK_EVERY_MS = 5 * 60_000;

/** How the console watches a channel; a token is asked for where something of it is private. */
export function usePlayback(channelId: string, isPrivate: boolean): Playback {
  const playback = useSignal<Playback>(isPrivate ? { kind: 'asking' } : OPEN_PLAYBACK);
  useEffect(() => {
    if (!isPrivate) {
      playback.value = OPEN_PLAYBACK;
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
