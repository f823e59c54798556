import type { ChannelTabProps } from './channel-screen.tsx';

/** What to type into an encoder. */
export function ConnectTab({ channelId }: ChannelTabProps) {
  return <p>{channelId}</p>;
}
