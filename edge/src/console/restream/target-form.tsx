import { useSignal } from '@preact/signals';
import {
  RESTREAM_KEY_CHARS_MAX,
  RESTREAM_LABEL_CHARS_MAX,
  RESTREAM_URL_CHARS_MAX,
  RestreamTarget,
} from '../api/restream-target.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Choice, TextField } from '../parts/field.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import { presetOf, RESTREAM_PRESETS, targetFault } from './presets.ts';

const PRESET_CHOICES = RESTREAM_PRESETS.map(({ id, name }) => ({ value: id, name }));

interface TargetFormProps {
  readonly channelId: string;
  /** Absent: another one is made. */
  readonly target?: RestreamTarget;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Adds a target, or changes one. Its key is written, and never shown. */
export function TargetForm({ channelId, target, onClose, onDone }: TargetFormProps) {
  const presetId = useSignal(target === undefined ? 'youtube' : presetOf(target.address).id);
  const url = useSignal('');
  const key = useSignal('');
  const label = useSignal(target?.label ?? '');
  const hasTried = useSignal(false);
  const task = useTask();
  const isNew = target === undefined;
  const preset = RESTREAM_PRESETS.find(({ id }) => id === presetId.value);
  const isCustom = preset?.url === '';
  const address = isNew && !isCustom ? (preset?.url ?? '') : url.value.trim();
  // Of one that is there, what is left empty stays.
  const urlFault = isNew || address !== '' ? targetFault(address) : undefined;
  const keyFault =
    key.value === '' && isNew && !isCustom ? 'It is needed: nobody publishes there without one.' : undefined;
  const save = async () => {
    const named = {
      label: label.value,
      ...(address !== '' && { url: address }),
      ...(key.value !== '' && { streamKey: key.value }),
    };
    const path = `/channels/${channelId}/restream-targets`;
    if (isNew) await api.post(path, RestreamTarget, { body: named });
    else await api.patch(`${path}/${target.targetId}`, RestreamTarget, { body: named });
    onDone();
  };
  const submit = async () => {
    hasTried.value = true;
    if (urlFault !== undefined || keyFault !== undefined) return;
    if (await task.run(save, isNew ? 'The target is added' : 'The target is changed')) onClose();
  };
  return (
    <Dialog heading={isNew ? 'Push this channel on' : 'Change the target'} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {isNew && (
          <Choice
            label="Where to"
            choices={PRESET_CHOICES}
            value={presetId.value}
            onValue={(value) => {
              presetId.value = value;
            }}
          />
        )}
        {(!isNew || isCustom) && (
          <TextField
            label={isNew ? 'URL' : 'Another URL'}
            value={url.value}
            maxLength={RESTREAM_URL_CHARS_MAX}
            placeholder={isNew ? 'rtmps://live.example.com/app' : 'As it is'}
            hint={
              isNew ? 'rtmp://, rtmps:// or srt://' : `Now ${target.address}. With another one, its key is named anew.`
            }
            error={hasTried.value ? urlFault : undefined}
            onValue={(value) => {
              url.value = value;
            }}
          />
        )}
        <TextField
          label={isNew ? 'Stream key' : 'Another stream key'}
          type="password"
          autocomplete="new-password"
          value={key.value}
          maxLength={RESTREAM_KEY_CHARS_MAX}
          placeholder={isNew ? '' : 'As it is'}
          hint={`${preset?.keyHint ?? ''} It is kept to be sent on, and never shown again.`}
          error={hasTried.value ? keyFault : undefined}
          onValue={(value) => {
            key.value = value;
          }}
        />
        <TextField
          label="Name"
          value={label.value}
          maxLength={RESTREAM_LABEL_CHARS_MAX}
          placeholder={preset?.name ?? ''}
          onValue={(value) => {
            label.value = value;
          }}
        />
        <p class="hint">
          It is pushed on as the publisher sends it: nothing is encoded again. {preset?.name} takes {preset?.takes}.
        </p>
        {task.problem.value !== undefined && <ErrorNote what="That did not work" problem={task.problem.value} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={task.isBusy.value}>
            {isNew ? 'Add target' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
