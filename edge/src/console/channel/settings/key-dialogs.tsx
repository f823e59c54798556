import { useSignal } from '@preact/signals';
import type { StreamKey } from '../../api/stream-key.ts';
import { keyName, type NewStreamKey } from '../../connect/stream-keys.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Choice, TextField } from '../../parts/field.tsx';

const LABEL_CHARS_MAX = 80;
const ROLES = [
  { value: 'primary', name: 'Primary', hint: 'Goes on air at once.' },
  { value: 'backup', name: 'Backup', hint: 'Stands by, and takes over when the primary falls silent.' },
] as const;

interface NewKeyDialogProps {
  readonly isBusy: boolean;
  readonly onClose: () => void;
  readonly onMake: (key: NewStreamKey) => void;
}

/** Asks what a new key is for. */
export function NewKeyDialog({ isBusy, onClose, onMake }: NewKeyDialogProps) {
  const label = useSignal('');
  const role = useSignal<StreamKey['role']>('primary');
  return (
    <Dialog heading="New stream key" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) onMake({ label: label.value.trim(), role: role.value });
        }}
      >
        <TextField
          label="What is it for?"
          placeholder="The studio, my phone, …"
          maxLength={LABEL_CHARS_MAX}
          value={label.value}
          onValue={(value) => {
            label.value = value;
          }}
        />
        <Choice
          label="Role"
          choices={ROLES}
          value={role.value}
          onValue={(value) => {
            role.value = value;
          }}
        />
        <div class="dialog-actions">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            Make key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface DeleteKeyDialogProps {
  readonly streamKey: StreamKey;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  readonly onDelete: (key: StreamKey) => void;
}

/** Asks before a key is gone. */
export function DeleteKeyDialog({ streamKey, isBusy, onClose, onDelete }: DeleteKeyDialogProps) {
  return (
    <Dialog heading={`Delete “${keyName(streamKey)}”?`} onClose={onClose}>
      <p>Whoever streams with it is cut off within five seconds, and it opens nothing any more.</p>
      <div class="dialog-actions">
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button look="danger" isBusy={isBusy} onClick={() => onDelete(streamKey)}>
          Delete key
        </Button>
      </div>
    </Dialog>
  );
}
