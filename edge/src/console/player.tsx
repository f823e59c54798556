import { useSignal } from '@preact/signals';
import type { HTMLAttributes, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useWatchPass } from './session/watch-pass.ts';

interface PlayerProps {
  readonly channelId: string;
  readonly isPrivate: boolean;
}

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'sluice-player': HTMLAttributes<HTMLElement> & { readonly channel: string; readonly token?: string | undefined };
    }
  }
}

/** The picture of a channel: `<sluice-player>`, of which the code is loaded when the first one is shown. */
export function Player({ channelId, isPrivate }: PlayerProps): JSX.Element {
  const pass = useWatchPass(channelId, isPrivate).value;
  const hasFailed = useSignal(false);
  useEffect(() => {
    // An element that is in the page before its code is becomes one when that is there.
    import('../player/player-element.ts').catch(() => {
      hasFailed.value = true;
    });
  }, [hasFailed]);
  return (
    <div class="player">
      {hasFailed.value && <p class="player-failed">The player could not be loaded. Reload the page to try again.</p>}
      {!hasFailed.value && pass.kind === 'known' && <sluice-player channel={channelId} token={pass.playbackToken} />}
    </div>
  );
}
