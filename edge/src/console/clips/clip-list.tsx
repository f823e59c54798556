import { useSignal } from '@preact/signals';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import type { Clip } from '../api/clip.ts';
import { formatAgo, formatDuration, machineTime } from '../format/times.ts';
import { accessTo, type PlaybackAccess } from '../live/playback.ts';
import { PlayerStage } from '../live/player-stage.tsx';
import { usePlayback } from '../live/use-playback.ts';
import { showToast } from '../parts/announcer.tsx';
import { Button } from '../parts/button.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { copyText } from '../parts/copy-field.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import type { Resource } from '../resource/resource.ts';
import { api } from '../session/session.ts';
import { clipLink, PRIVATE_LINK_SENTENCE } from './clip-link.ts';
import type { ShownClips } from './clips-resource.ts';
import { download } from './download.ts';
import { StillPicture } from './still-picture.tsx';

interface ClipListProps {
  readonly channelId: string;
  readonly resource: Resource<ShownClips>;
}

/** What was cut out of this channel's broadcasts, the newest first. */
export function ClipList({ channelId, resource }: ClipListProps) {
  const shown = resource.value.value;
  // A clip stays as its broadcast was, whatever the channel is by now.
  const playback = usePlayback(channelId, shown?.clips.some(({ isPrivate }) => isPrivate) ?? false);
  const problem = resource.problem.value;
  return (
    <section class="panel" aria-labelledby="clips-heading">
      <h2 id="clips-heading">Clips</h2>
      {problem !== undefined && (
        <ErrorNote what="The clips could not be loaded" problem={problem} onRetry={() => resource.reload()} />
      )}
      {shown?.clips.length === 0 && (
        <p class="dim">None yet. While the channel is live, drag over the strip of pictures below the player.</p>
      )}
      {shown !== undefined && shown.clips.length > 0 && (
        <ul class="clip-list">
          {shown.clips.map((clip) => (
            <ClipItem
              key={clip.clipId}
              clip={clip}
              access={accessTo(playback, clip.isPrivate)}
              onDeleted={() => resource.reload()}
            />
          ))}
        </ul>
      )}
      {shown?.hasMore && <p class="hint">Older ones are told by the API: GET /v1/channels/…/clips.</p>}
    </section>
  );
}

interface ClipItemProps {
  readonly clip: Clip;
  /** `undefined`: not so far. */
  readonly access: PlaybackAccess | undefined;
  readonly onDeleted: () => void;
}

function ClipItem({ clip, access, onDeleted }: ClipItemProps) {
  const isPlaying = useSignal(false);
  const isAsked = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const { clipId, label, createdAtMs, fromMs, toMs, isPrivate } = clip;
  const name = label === '' ? 'Untitled clip' : label;
  const tried = async (act: () => Promise<void>) => {
    problem.value = undefined;
    await act().catch((error: unknown) => {
      problem.value = problemOfFailure(error);
    });
  };
  const copy = async () => {
    const isCopied = await copyText(await clipLink(clip));
    const copied = isPrivate ? `The link is copied. ${PRIVATE_LINK_SENTENCE}` : 'The link is copied';
    showToast(isCopied ? copied : 'The browser does not let this page copy. Play the clip here instead.');
  };
  return (
    <li class="clip-item">
      {isPlaying.value ? (
        <PlayerStage played={{ clip: clipId }} playbackToken={access?.token} />
      ) : (
        <StillPicture clipId={clipId} prefix={access?.prefix} />
      )}
      <div class="clip-words">
        <h3>{name}</h3>
        <p class="dim numbers">
          {formatDuration(toMs - fromMs)} ·{' '}
          <time dateTime={machineTime(createdAtMs)}>{formatAgo(createdAtMs, Date.now())}</time>
        </p>
        <div class="item-actions">
          <Button
            look="quiet"
            icon={isPlaying.value ? 'close' : 'play'}
            aria-label={`${isPlaying.value ? 'Close' : 'Play'} ${name}`}
            onClick={() => {
              isPlaying.value = !isPlaying.value;
            }}
          >
            {isPlaying.value ? 'Close' : 'Play'}
          </Button>
          <Button look="quiet" icon="link" aria-label={`Copy link of ${name}`} onClick={() => void tried(copy)}>
            Copy link
          </Button>
          <Button
            look="quiet"
            icon="download"
            aria-label={`MP4 of ${name}`}
            onClick={() => void tried(() => download(`/clips/${clipId}`))}
          >
            MP4
          </Button>
          <Button
            look="quiet"
            aria-label={`Delete ${name}`}
            onClick={() => {
              isAsked.value = true;
            }}
          >
            Delete
          </Button>
        </div>
        {problem.value !== undefined && <ErrorNote problem={problem.value} />}
      </div>
      {isAsked.value && (
        <ConfirmDialog
          heading={`Delete “${name}”?`}
          verb="Delete"
          done="The clip is deleted"
          act={async () => {
            await api.delete(`/clips/${clipId}`);
            onDeleted();
          }}
          onClose={() => {
            isAsked.value = false;
          }}
        >
          Its link shows nothing any more. That cannot be undone.
        </ConfirmDialog>
      )}
    </li>
  );
}
