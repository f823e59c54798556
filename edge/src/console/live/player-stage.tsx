import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SluicePlayer } from '../../player/player-element.ts';

/** What is played: a channel as it is now, or something that was kept. */
export type Played = { readonly channel: string } | { readonly recording: string } | { readonly clip: string };

interface PlayerStageProps {
  readonly played: Played;
  /** Of what is private. Secret. */
  readonly playbackToken?: string | undefined;
  /** Given the element when its code is there, and `undefined` once it is gone. */
  readonly onPlayer?: (player: SluicePlayer | undefined) => void;
}

/** `<sluice-player>`, in the hands of who wants to ask it something. Another one takes its place when something else is played. */
export function PlayerStage({ played, playbackToken, onPlayer }: PlayerStageProps) {
  const place = useRef<HTMLDivElement>(null);
  const hasFailed = useSignal(false);
  const [[attribute, id] = ['channel', '']] = Object.entries(played);
  useEffect(() => {
    let player: SluicePlayer | undefined;
    let isOver = false;
    const begin = async () => {
      await import('../../player/player-element.ts');
      if (isOver || place.current === null) return;
      player = document.createElement('sluice-player');
      player.setAttribute(attribute, id);
      if (playbackToken !== undefined) player.setAttribute('token', playbackToken);
      place.current.replaceChildren(player);
      onPlayer?.(player);
    };
    begin().catch(() => {
      hasFailed.value = true;
    });
    return () => {
      isOver = true;
      player?.remove();
      onPlayer?.(undefined);
    };
  }, [attribute, id, playbackToken, onPlayer, hasFailed]);
  if (hasFailed.value) {
    return <p class="player player-failed">The player could not be loaded. Reload the page to try again.</p>;
  }
  return <div ref={place} class="player" />;
}
