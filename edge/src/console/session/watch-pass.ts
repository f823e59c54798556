import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { playbackToken } from './playback-access.ts';

/** With what the channel can be watched: nothing where it is public, or where whoever is signed in may make no token. Secret. */
export type WatchPass =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly playbackToken: string | undefined };

/** With what a channel can be watched by whoever is signed in. */
export function useWatchPass(channelId: string, isPrivate: boolean): ReadonlySignal<WatchPass> {
  const pass = useSignal<WatchPass>({ kind: 'asking' });
  useEffect(() => {
    let isGone = false;
    const tell = (token: string | undefined) => {
      if (!isGone) pass.value = { kind: 'known', playbackToken: token };
    };
    // Without one the player says that the channel is private.
    if (isPrivate) void playbackToken(channelId).then(tell, () => tell(undefined));
    else tell(undefined);
    return () => {
      isGone = true;
    };
  }, [channelId, isPrivate, pass]);
  return pass;
}
