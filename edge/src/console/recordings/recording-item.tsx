import { useSignal } from '@preact/signals';
import type { BroadcastDetails, KeptRecording } from '../api/broadcast-details.ts';
import { download } from '../clips/download.ts';
import { StillPicture } from '../clips/still-picture.tsx';
import { formatCount, formatNumbered } from '../format/numbers.ts';
import { formatSize, formatWatched } from '../format/sizes.ts';
import { formatDuration, formatMoment, machineTime } from '../format/times.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Icon } from '../parts/icon.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import { retentionSentence } from './retention.ts';
import { RetentionDialog } from './retention-dialog.tsx';

interface RecordingItemProps {
  readonly broadcast: BroadcastDetails;
  /** Before `/vod/…`; `undefined`: not known so far. */
  readonly prefix: string | undefined;
  readonly isPlaying: boolean;
  readonly onPlay: () => void;
  readonly onChange: () => void;
}

/** One broadcast that has ended, and what is left of it. */
export function RecordingItem({ broadcast, prefix, isPlaying, onPlay, onChange }: RecordingItemProps) {
  const { broadcastId, startedAtMs, endedAtMs, totals, recording, isPrivate } = broadcast;
  const moment = formatMoment(startedAtMs);
  const lengthMs = recording?.durationMs ?? (endedAtMs ?? startedAtMs) - startedAtMs;
  return (
    <li class={`recording-item ${isPlaying ? 'playing' : ''}`}>
      {recording === null ? (
        <div class="still-picture" aria-hidden="true">
          <Icon name="broadcast" />
        </div>
      ) : (
        <StillPicture prefix={prefix} recordingId={broadcastId} />
      )}
      <div class="recording-words">
        <h2>
          <time dateTime={machineTime(startedAtMs)}>{moment}</time>
          {isPrivate && (
            <Badge>
              <Icon name="lock" />
              Private
            </Badge>
          )}
        </h2>
        <dl class="recording-facts numbers">
          <Fact name="Length" value={formatDuration(lengthMs)} />
          {recording !== null && <Fact name="Size" value={formatSize(recording.sizeBytes)} />}
          <Fact name="Viewers at most" value={formatCount(totals.viewersPeak)} />
          <Fact name="Watched" value={formatWatched(totals.viewerMs)} />
        </dl>
        <RecordingState broadcast={broadcast} />
        <Warnings broadcast={broadcast} />
      </div>
      {recording !== null && <RecordingActions {...{ broadcast, recording, moment, isPlaying, onPlay, onChange }} />}
    </li>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function RecordingState({ broadcast }: { readonly broadcast: BroadcastDetails }) {
  const { recording, isRecorded, isBeingDeleted } = broadcast;
  if (isBeingDeleted) return <p class="dim">It is being deleted.</p>;
  if (recording === null) {
    return (
      <p class="dim">{isRecorded ? 'Its recording is being finished, or was deleted.' : 'It was not recorded.'}</p>
    );
  }
  const gap = recording.gapMs > 0 ? ` ${formatDuration(recording.gapMs)} of it could not be stored.` : '';
  return <p class="dim">{`${retentionSentence(recording.expiresAtMs, Date.now())}.${gap}`}</p>;
}

function Warnings({ broadcast }: { readonly broadcast: BroadcastDetails }) {
  const { warnings } = broadcast;
  if (warnings.length === 0) return null;
  return (
    <details class="fold">
      <summary>
        <Icon name="forward" />
        {formatNumbered(warnings.length, 'warning')}
      </summary>
      <ul class="warnings">
        {warnings.map(({ code, sentence, count }) => (
          <li key={code} class="source-warning">
            <p>{sentence}</p>
            <p class="warning-when">
              <code>{code}</code> · {count === 1 ? 'once' : `${count} times`}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface RecordingActionsProps extends Omit<RecordingItemProps, 'prefix'> {
  readonly recording: KeptRecording;
  /** When it was, for who hears only the buttons. */
  readonly moment: string;
}

function RecordingActions({ broadcast, recording, moment, isPlaying, onPlay, onChange }: RecordingActionsProps) {
  const asked = useSignal<'delete' | 'retention' | undefined>(undefined);
  const task = useTask();
  const path = `/recordings/${broadcast.broadcastId}`;
  const close = () => {
    asked.value = undefined;
  };
  return (
    <div class="item-actions">
      <Button icon="play" aria-label={`Play the recording of ${moment}`} aria-pressed={isPlaying} onClick={onPlay}>
        Play
      </Button>
      <Button
        look="quiet"
        icon="download"
        aria-label={`MP4 of the recording of ${moment}`}
        isBusy={task.isBusy.value}
        onClick={() => void task.run(() => download(path))}
      >
        MP4
      </Button>
      <Button
        look="quiet"
        aria-label={`Keep… the recording of ${moment}`}
        onClick={() => {
          asked.value = 'retention';
        }}
      >
        Keep…
      </Button>
      <Button
        look="quiet"
        aria-label={`Delete the recording of ${moment}`}
        onClick={() => {
          asked.value = 'delete';
        }}
      >
        Delete
      </Button>
      {task.problem.value !== undefined && <ErrorNote problem={task.problem.value} />}
      {asked.value === 'retention' && (
        <RetentionDialog path={path} expiresAtMs={recording.expiresAtMs} onClose={close} onChange={onChange} />
      )}
      {asked.value === 'delete' && (
        <ConfirmDialog
          heading="Delete this recording?"
          verb="Delete"
          done="The recording is deleted"
          act={async () => {
            await api.delete(path);
            onChange();
          }}
          onClose={close}
        >
          The recording of {moment} is removed, with its media. Clips out of it stay. That cannot be undone.
        </ConfirmDialog>
      )}
    </div>
  );
}
