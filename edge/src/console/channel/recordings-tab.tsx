import { useSignal } from '@preact/signals';
import { Channel } from '../api/channel.ts';
import { accessTo } from '../live/playback.ts';
import { usePlayback } from '../live/use-playback.ts';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';
import { useTask } from '../parts/use-task.ts';
import { RecordingItem } from '../recordings/recording-item.tsx';
import { RecordingPlayer } from '../recordings/recording-player.tsx';
import { pastBroadcastsKind } from '../recordings/recordings-resource.ts';
import { useResource } from '../resource/use-resource.ts';
import { api } from '../session/session.ts';
import type { ChannelTabProps } from './channel-screen.tsx';

/** What is left of the channel's broadcasts. */
export function RecordingsTab({ channelId, read, resource: channel }: ChannelTabProps) {
  const pages = useSignal(1);
  const playing = useSignal<string | undefined>(undefined);
  const resource = useResource(pastBroadcastsKind, `${channelId} ${pages.value}`);
  const past = resource.value.value;
  const problem = resource.problem.value;
  const ended = past?.broadcasts.filter(({ state }) => state === 'ended') ?? [];
  // One private broadcast is enough: whoever may make tokens sees all of the channel's.
  const isPrivate = ended.some((broadcast) => broadcast.isPrivate);
  const playback = usePlayback(channelId, isPrivate);
  const played = ended.find(({ broadcastId }) => broadcastId === playing.value);
  return (
    <>
      {!read.channel.isRecorded && <RecordingOff {...{ channelId, read, resource: channel }} />}
      {problem !== undefined && (
        <ErrorNote what="The recordings could not be loaded" problem={problem} onRetry={() => resource.reload()} />
      )}
      {past === undefined && problem === undefined && <SkeletonLines count={4} what="Loading the recordings" />}
      {played !== undefined && (
        <RecordingPlayer
          key={played.broadcastId}
          broadcast={played}
          playbackToken={accessTo(playback, played.isPrivate)?.token}
          onClose={() => {
            playing.value = undefined;
          }}
        />
      )}
      {past !== undefined && ended.length === 0 && (
        <EmptyState heading={`No recordings of ${channelId} yet`} icon="play">
          {read.channel.isRecorded
            ? 'Seconds after a broadcast has ended it is here, to be watched, downloaded and cut.'
            : 'Switch recording on, and what is broadcast from then on is kept.'}
        </EmptyState>
      )}
      {ended.length > 0 && (
        <ul class="recording-list">
          {ended.map((broadcast) => (
            <RecordingItem
              key={broadcast.broadcastId}
              broadcast={broadcast}
              prefix={accessTo(playback, broadcast.isPrivate)?.prefix}
              isPlaying={broadcast.broadcastId === playing.value}
              onPlay={() => {
                playing.value = broadcast.broadcastId;
              }}
              onChange={() => resource.reload()}
            />
          ))}
        </ul>
      )}
      {past?.hasMore && (
        <Button
          isBusy={resource.isLoading.value}
          onClick={() => {
            pages.value += 1;
          }}
        >
          Show older ones
        </Button>
      )}
    </>
  );
}

function RecordingOff({ channelId, read, resource }: ChannelTabProps) {
  const task = useTask();
  const switchOn = async () => {
    const change = { body: { isRecorded: true }, ...(read.etag !== undefined && { ifMatch: read.etag }) };
    const { value: changed, etag } = await api.patch(`/channels/${channelId}`, Channel, change);
    resource.put({ channel: changed, etag });
  };
  return (
    <div class="note">
      <div class="note-text">
        <strong>Recording is off</strong>
        <p>What is broadcast is gone when its DVR window is over. From its next broadcast on it can be kept.</p>
        {task.problem.value !== undefined && <ErrorNote problem={task.problem.value} />}
      </div>
      <Button isBusy={task.isBusy.value} onClick={() => task.run(switchOn, 'Recording is on from the next broadcast')}>
        Switch recording on
      </Button>
    </div>
  );
}
