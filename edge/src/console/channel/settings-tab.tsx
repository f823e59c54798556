import type { ChannelTabProps } from './channel-screen.tsx';
import { DeleteChannel } from './settings/delete-channel.tsx';
import { SettingsForm } from './settings/settings-form.tsx';
import { StreamKeysCard } from './settings/stream-keys-card.tsx';

/** What the channel's owner can change. */
export function SettingsTab({ channelId, read, resource }: ChannelTabProps) {
  return (
    <div class="settings-tab stack">
      <StreamKeysCard channelId={channelId} />
      <SettingsForm read={read} resource={resource} />
      <DeleteChannel channelId={channelId} />
    </div>
  );
}
