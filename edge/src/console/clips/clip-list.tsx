import { useSignal } from '@preact/signals';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import type { Clip } from '../api/clip.ts';
import { formatAgo, formatDuration, machineTime } from '../format/times.ts';
import { PlayerStage } from '../live/player-stage.tsx';
import { showToast } from '../parts/announcer.tsx';
import { Button } from '../parts/button.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { copyText } from '../parts/copy-field.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import type { Resource } from '../resource/resource.ts';
import { api } from '../session/session.ts';
import { clipLink } from './clip-link.ts';
import type { ShownClips } from './clips-resource.ts';
import { download } from './download.ts';
import { ClipPicture } from './still-picture.tsx';

interface ClipListProps {
  readonly resource: Resource<ShownClips>;
  /** Before `/clip/…`. */
  readonly prefix: string;
  readonly playbackToken: string | undefined;
}

/** What was cut out of this channel's broadcasts, the newest first. */
export function ClipList({ resource, prefix, playbackToken }: ClipListProps) {
  const shown = resource.value.value;
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
              prefix={prefix}
              playbackToken={playbackToken}
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
  readonly prefix: string;
  readonly playbackToken: string | undefined;
  readonly onDeleted: () => void;
}

function ClipItem({ clip, prefix, playbackToken, onDeleted }: ClipItemProps) {
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
    showToast(isCopied ? 'The link is copied' : 'The browser does not let this page copy. Open the clip instead.');
  };
  return (
    <li class="clip-item">
      {isPlaying.value ? (
        <PlayerStage played={{ clip: clipId }} playbackToken={isPrivate ? playbackToken : undefined} />
      ) : (
        <ClipPicture clipId={clipId} prefix={isPrivate ? prefix : ''} />
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
