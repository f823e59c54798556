import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SeenStatus } from '../../player/status-reader.ts';
import { StatusWatch } from '../../player/status-watch.ts';
import { playbackPrefix } from '../session/playback-access.ts';

/** What a channel is doing; `asking` until that is known, `away` while the edge does not answer. */
export type ChannelLife = SeenStatus['state'] | 'asking' | 'away';

/** A channel's state, known the moment it changes: the edge holds the question. Nothing is asked while the page is hidden. */
export function useChannelLife(channelId: string, isPrivate: boolean): ReadonlySignal<ChannelLife> {
  const life = useSignal<ChannelLife>('asking');
  useEffect(() => {
    const gone = new AbortController();
    void watchStatus({ channelId, isPrivate, signal: gone.signal }, (state) => {
      life.value = state;
    });
    return () => gone.abort();
  }, [channelId, isPrivate, life]);
  return life;
}

interface Watched {
  readonly channelId: string;
  readonly isPrivate: boolean;
  readonly signal: AbortSignal;
}

async function watchStatus(
  { channelId, isPrivate, signal }: Watched,
  heard: (life: ChannelLife) => void,
): Promise<void> {
  // Who may make no playback token is told that a private channel is on, and no more.
  const prefix = await playbackPrefix(channelId, isPrivate).catch(() => '');
  if (signal.aborted) return;
  const watch = new StatusWatch({
    signal,
    url: `${prefix}/live/${channelId}/status.json`,
    onNews: (news) => {
      if (news.kind === 'status') heard(news.status.state);
      else heard(news.kind === 'unknown-channel' ? 'offline' : 'away');
    },
  });
  const follow = () => (document.hidden ? watch.stop() : watch.start());
  document.addEventListener('visibilitychange', follow);
  signal.addEventListener('abort', () => {
    document.removeEventListener('visibilitychange', follow);
    watch.stop();
  });
  follow();
}
