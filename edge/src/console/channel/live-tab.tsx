import { Player } from '../player.tsx';
import type { ChannelTabProps } from './channel-screen.tsx';

/** How the channel is right now. */
export function LiveTab({ channelId }: ChannelTabProps) {
  return <Player channelId={channelId} />;
}
