import type { ChannelTabProps } from './channel-screen.tsx';

/** What the channel's owner can change. */
export function SettingsTab({ channelId }: ChannelTabProps) {
  return <p>{channelId}</p>;
}
