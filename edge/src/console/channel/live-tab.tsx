import { useSignal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import type { SluicePlayer } from '../../player/player-element.ts';
import type { BroadcastDetails } from '../api/broadcast-details.ts';
import type { ChannelFigures } from '../api/channel-figures.ts';
import { ClipList } from '../clips/clip-list.tsx';
import { clipsKind } from '../clips/clips-resource.ts';
import { Timeline } from '../clips/timeline.tsx';
import { audienceKey, audienceKind } from '../live/audience-resource.ts';
import { newestBroadcastKind } from '../live/broadcast-resource.ts';
import { EventList } from '../live/event-list.tsx';
import { FiguresSection } from '../live/figures-section.tsx';
import { HealthPanel } from '../live/health-panel.tsx';
import { LiveHead } from '../live/live-head.tsx';
import type { Playback } from '../live/playback.ts';
import { PlayerStage } from '../live/player-stage.tsx';
import { RenditionsTable } from '../live/renditions-table.tsx';
import { isSeekable } from '../live/seekable-player.ts';
import { sourceKind } from '../live/source-resource.ts';
import { usePlayback } from '../live/use-playback.ts';
import { ButtonLink } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';
import { useResource } from '../resource/use-resource.ts';
import { channelPath } from '../route.ts';
import type { ChannelTabProps } from './channel-screen.tsx';

/** How the channel is right now: for who runs the stream, and keeps this open all evening. */
export function LiveTab({ channelId, read }: ChannelTabProps) {
  const { channel } = read;
  const resource = useResource(newestBroadcastKind, channelId);
  const broadcast = resource.value.value;
  const isPrivate = broadcast?.state === 'live' ? broadcast.isPrivate : channel.isPrivate;
  const playback = usePlayback(channelId, isPrivate);
  const audience = useResource(audienceKind, audienceKey(channelId, isPrivate));
  const source = useResource(sourceKind, channelId);
  const clips = useResource(clipsKind, channelId);
  const player = useSignal<SluicePlayer | undefined>(undefined);
  const onPlayer = useCallback((element: SluicePlayer | undefined) => {
    player.value = element;
  }, []);
  const problem = resource.problem.value;
  if (broadcast === undefined) {
    return problem === undefined ? (
      <SkeletonLines count={5} what="Loading the broadcast" />
    ) : (
      <ErrorNote what="The broadcast could not be loaded" problem={problem} onRetry={() => resource.reload()} />
    );
  }
  const isLive = broadcast?.state === 'live';
  const figures = (source.value.value?.events ?? [])
    .map(({ event }) => event)
    .filter(({ broadcastId }) => broadcastId === broadcast?.broadcastId);
  const counted = audienceOf(audience.value.value, broadcast);
  return (
    <>
      {problem !== undefined && (
        <ErrorNote what="What you see may be old" problem={problem} onRetry={() => resource.reload()} />
      )}
      <LiveHead
        channel={channel}
        broadcast={broadcast}
        viewers={counted?.viewers}
        figures={figures.at(-1)}
        onChange={() => resource.reload()}
      />
      <div class="live-grid">
        <div class="live-main">
          <Stage channelId={channelId} playback={playback} onPlayer={onPlayer} />
          {isLive && playback.kind === 'ready' && (
            <Timeline
              key={broadcast.broadcastId}
              broadcast={broadcast}
              dvrWindowS={channel.dvrWindowS}
              prefix={playback.prefix}
              player={isSeekable(player.value) ? player.value : undefined}
              onClip={() => clips.reload()}
            />
          )}
        </div>
        <div class="live-side">
          {isLive ? (
            <>
              <HealthPanel broadcast={broadcast} figures={figures.at(-1)} />
              <RenditionsTable renditions={broadcast.renditions} audience={counted?.renditions} />
            </>
          ) : (
            <NotLive channelId={channelId} isDisabled={channel.isDisabled} />
          )}
          <EventList channelId={channelId} />
        </div>
      </div>
      {broadcast !== null && (
        <FiguresSection
          broadcast={broadcast}
          source={figures}
          sourceProblem={source.problem.value}
          audience={counted?.series ?? []}
          audienceProblem={audience.problem.value}
        />
      )}
      <ClipList channelId={channelId} resource={clips} />
    </>
  );
}

function Stage({
  channelId,
  playback,
  onPlayer,
}: {
  readonly channelId: string;
  readonly playback: Playback;
  readonly onPlayer: (player: SluicePlayer | undefined) => void;
}) {
  switch (playback.kind) {
    case 'asking':
      return <div class="player" />;
    case 'refused':
      return <ErrorNote what="The picture cannot be shown" problem={playback.problem} />;
    case 'ready':
      return <PlayerStage played={{ channel: channelId }} playbackToken={playback.token} onPlayer={onPlayer} />;
  }
}

function NotLive({ channelId, isDisabled }: { readonly channelId: string; readonly isDisabled: boolean }) {
  return (
    <section class="panel" aria-labelledby="not-live-heading">
      <h2 id="not-live-heading">Nobody publishes</h2>
      <p class="dim">
        {isDisabled
          ? 'The channel is disabled: nobody can publish to it. Enable it in its settings.'
          : 'Start your encoder, and this page shows the picture by itself.'}
      </p>
      <div>
        <ButtonLink icon="plug" href={channelPath(channelId, isDisabled ? 'settings' : 'connect')}>
          {isDisabled ? 'Settings' : 'Connect an encoder'}
        </ButtonLink>
      </div>
    </section>
  );
}

/** What the edge counts is of the broadcast that it has live, which may be another one by now. */
function audienceOf(figures: ChannelFigures | undefined, broadcast: BroadcastDetails | null) {
  return figures?.broadcastId === broadcast?.broadcastId ? figures : undefined;
}
