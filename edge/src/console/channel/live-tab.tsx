import { useChannelLife } from '../connect/channel-status.ts';
import { ButtonLink } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Player } from '../player.tsx';
import { channelPath } from '../route.ts';
import type { ChannelTabProps } from './channel-screen.tsx';

/** How the channel is right now. */
export function LiveTab({ channelId, read }: ChannelTabProps) {
  const { isPrivate } = read.channel;
  const life = useChannelLife(channelId, isPrivate).value;
  if (life === 'asking') return <div class="player" />;
  if (life === 'offline') return <NobodyLive channelId={channelId} />;
  return <Player channelId={channelId} isPrivate={isPrivate} />;
}

function NobodyLive({ channelId }: { readonly channelId: string }) {
  return (
    <EmptyState
      heading="Nobody is live"
      icon="broadcast"
      action={
        <ButtonLink href={channelPath(channelId, 'connect')} look="primary" icon="plug">
          Connect an encoder
        </ButtonLink>
      }
    >
      The picture comes up here by itself when a stream arrives.
    </EmptyState>
  );
}
