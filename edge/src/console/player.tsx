import { useSignal } from '@preact/signals';
import type { HTMLAttributes, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

interface PlayerProps {
  readonly channelId: string;
  /** Of a private channel. Secret. */
  readonly playbackToken?: string | undefined;
}

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'sluice-player': HTMLAttributes<HTMLElement> & { readonly channel: string; readonly token?: string | undefined };
    }
  }
}

/** The picture of a channel: `<sluice-player>`, of which the code is loaded when the first one is shown. */
export function Player({ channelId, playbackToken }: PlayerProps): JSX.Element {
  const hasFailed = useSignal(false);
  useEffect(() => {
    // An element that is in the page before its code is becomes one when that is there.
    import('../player/player-element.ts').catch(() => {
      hasFailed.value = true;
    });
  }, [hasFailed]);
  return (
    <div class="player">
      {hasFailed.value ? (
        <p class="player-failed">The player could not be loaded. Reload the page to try again.</p>
      ) : (
        <sluice-player key={`${channelId} ${playbackToken}`} channel={channelId} token={playbackToken} />
      )}
    </div>
  );
}
