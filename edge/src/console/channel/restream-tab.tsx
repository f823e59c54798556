import { useSignal } from '@preact/signals';
import { RESTREAM_TARGETS_MAX } from '../api/restream-target.ts';
import { newestBroadcastKind } from '../live/broadcast-resource.ts';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';
import { useResource } from '../resource/use-resource.ts';
import { TargetForm } from '../restream/target-form.tsx';
import { TargetItem } from '../restream/target-item.tsx';
import { targetsKind } from '../restream/targets-resource.ts';
import type { ChannelTabProps } from './channel-screen.tsx';

/** Where the channel is pushed on to while it is live. */
export function RestreamTab({ channelId }: ChannelTabProps) {
  const resource = useResource(targetsKind, channelId);
  const broadcast = useResource(newestBroadcastKind, channelId).value.value;
  const isAdding = useSignal(false);
  const targets = resource.value.value;
  const problem = resource.problem.value;
  const isFull = targets !== undefined && targets.length >= RESTREAM_TARGETS_MAX;
  const add = (
    <Button
      look="primary"
      icon="add"
      onClick={() => {
        isAdding.value = true;
      }}
    >
      Add target
    </Button>
  );
  return (
    <>
      {problem !== undefined && (
        <ErrorNote what="The targets could not be loaded" problem={problem} onRetry={() => resource.reload()} />
      )}
      {targets === undefined && problem === undefined && <SkeletonLines count={3} what="Loading the targets" />}
      {targets?.length === 0 && (
        <EmptyState heading="Pushed on to nobody" icon="broadcast" action={add}>
          While this channel is live it can be pushed on to YouTube, Twitch, Facebook and others, as it comes from your
          encoder, which uploads it once.
        </EmptyState>
      )}
      {targets !== undefined && targets.length > 0 && (
        <>
          <div class="tab-head">
            <p class="dim">
              {targets.length} of {RESTREAM_TARGETS_MAX} targets. Each takes the source’s bitrate once more.
            </p>
            {isFull ? <p class="dim">Delete one to add another.</p> : add}
          </div>
          <ul class="target-list">
            {targets.map((target) => (
              <TargetItem
                key={target.targetId}
                target={target}
                isLive={broadcast?.state === 'live'}
                onChange={() => resource.reload()}
              />
            ))}
          </ul>
        </>
      )}
      {isAdding.value && (
        <TargetForm
          channelId={channelId}
          onClose={() => {
            isAdding.value = false;
          }}
          onDone={() => resource.reload()}
        />
      )}
    </>
  );
}
