import { EmptyState } from '../parts/empty-state.tsx';
import type { ChannelTabProps } from './channel-screen.tsx';

/** What is left of the channel's broadcasts. */
export function RecordingsTab({ channelId }: ChannelTabProps) {
  return <EmptyState heading={`No recordings of ${channelId} yet`} icon="play" />;
}
