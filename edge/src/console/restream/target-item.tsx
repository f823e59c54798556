import { useSignal } from '@preact/signals';
import { RestreamTarget } from '../api/restream-target.ts';
import { formatSize } from '../format/sizes.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import { now } from '../shell/now.ts';
import { presetOf } from './presets.ts';
import { TargetForm } from './target-form.tsx';
import { targetWords } from './target-words.ts';

interface TargetItemProps {
  readonly target: RestreamTarget;
  readonly isLive: boolean;
  readonly onChange: () => void;
}

/** One target: how the push to it is, and what can be changed. */
export function TargetItem({ target, isLive, onChange }: TargetItemProps) {
  const asked = useSignal<'change' | 'delete' | undefined>(undefined);
  const task = useTask();
  const { channelId, targetId, address, label, isDisabled, status } = target;
  const name = label === '' ? presetOf(address).name : label;
  const { state, tone, sentence } = targetWords(target, isLive, now.value);
  const path = `/channels/${channelId}/restream-targets/${targetId}`;
  const close = () => {
    asked.value = undefined;
  };
  const pause = async () => {
    await api.patch(path, RestreamTarget, { body: { isDisabled: !isDisabled } });
    onChange();
  };
  return (
    <li class="target-item">
      <div class="target-words">
        <h3>
          {name} <Badge tone={tone}>{state}</Badge>
        </h3>
        <p class="target-address">{address}</p>
        <p class="numbers">
          {sentence}
          {status !== null && status.sentBytes > 0 && <span class="dim"> {formatSize(status.sentBytes)} sent.</span>}
        </p>
      </div>
      <div class="item-actions">
        <Button
          look="quiet"
          icon={isDisabled ? 'play' : 'pause'}
          aria-label={`${isDisabled ? 'Resume' : 'Pause'} ${name}`}
          isBusy={task.isBusy.value}
          onClick={() => void task.run(pause, isDisabled ? `${name} goes on within five seconds` : `${name} is paused`)}
        >
          {isDisabled ? 'Resume' : 'Pause'}
        </Button>
        <Button
          look="quiet"
          aria-label={`Change ${name}`}
          onClick={() => {
            asked.value = 'change';
          }}
        >
          Change
        </Button>
        <Button
          look="quiet"
          aria-label={`Delete ${name}`}
          onClick={() => {
            asked.value = 'delete';
          }}
        >
          Delete
        </Button>
      </div>
      {task.problem.value !== undefined && <ErrorNote problem={task.problem.value} />}
      {asked.value === 'change' && (
        <TargetForm channelId={channelId} target={target} onClose={close} onDone={onChange} />
      )}
      {asked.value === 'delete' && (
        <ConfirmDialog
          heading={`Delete ${name}?`}
          verb="Delete"
          done={`${name} is deleted`}
          act={async () => {
            await api.delete(path);
            onChange();
          }}
          onClose={close}
        >
          The push to it ends within five seconds, and its key is forgotten.
        </ConfirmDialog>
      )}
    </li>
  );
}
