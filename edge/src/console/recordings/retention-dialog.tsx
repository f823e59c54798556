import { useSignal } from '@preact/signals';
import * as z from 'zod/mini';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Choice } from '../parts/field.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import { expiryOf, RETENTION_CHOICES, type RetentionChoice, retentionSentence } from './retention.ts';

const Changed = z.object({ expiresAtMs: z.nullable(z.number()) });

interface RetentionDialogProps {
  /** Of the recording, in the API. */
  readonly path: string;
  readonly expiresAtMs: number | null;
  readonly onClose: () => void;
  readonly onChange: () => void;
}

/** How long a recording is kept, whatever its channel says. */
export function RetentionDialog({ path, expiresAtMs, onClose, onChange }: RetentionDialogProps) {
  const choice = useSignal<RetentionChoice>('forever');
  const task = useTask();
  const save = async () => {
    const body = { expiresAtMs: expiryOf(choice.value, Date.now()) };
    await api.patch(path, Changed, { body });
    onChange();
  };
  return (
    <Dialog heading="How long is it kept?" onClose={onClose}>
      <Choice
        label="From now on"
        hint={`${retentionSentence(expiresAtMs, Date.now())} as it is.`}
        choices={RETENTION_CHOICES}
        value={choice.value}
        onValue={(value) => {
          choice.value = value;
        }}
      />
      {task.problem.value !== undefined && <ErrorNote what="It stays as it was" problem={task.problem.value} />}
      <div class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          isBusy={task.isBusy.value}
          onClick={() => void task.run(save, 'Changed').then((isDone) => isDone && onClose())}
        >
          Save
        </Button>
      </div>
    </Dialog>
  );
}
