import { useSignal } from '@preact/signals';
import { type ApiProblem, problemOfFailure } from '../../api/api-problem.ts';
import { navigate } from '../../navigation.ts';
import { showToast } from '../../parts/announcer.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { TextField } from '../../parts/field.tsx';
import { api } from '../../session/session.ts';

/** Takes a channel away, with all that it has. */
export function DeleteChannel({ channelId }: { readonly channelId: string }) {
  const isAsked = useSignal(false);
  return (
    <section class="card danger-zone" aria-labelledby="delete-title">
      <div>
        <h2 id="delete-title">Delete this channel</h2>
        <p class="hint">Its keys, recordings and clips go with it.</p>
      </div>
      <Button
        look="danger"
        onClick={() => {
          isAsked.value = true;
        }}
      >
        Delete channel…
      </Button>
      {isAsked.value && (
        <DeleteDialog
          channelId={channelId}
          onClose={() => {
            isAsked.value = false;
          }}
        />
      )}
    </section>
  );
}

function DeleteDialog({ channelId, onClose }: { readonly channelId: string; readonly onClose: () => void }) {
  const typed = useSignal('');
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const remove = async () => {
    if (isBusy.value) return;
    error.value = typed.value.trim() === channelId ? undefined : `Type ${channelId} to delete it.`;
    if (error.value !== undefined) return;
    isBusy.value = true;
    try {
      await api.delete(`/channels/${channelId}`);
      navigate('/', { replaces: true });
      showToast(`${channelId} is being deleted`);
    } catch (cause) {
      problem.value = problemOfFailure(cause);
      isBusy.value = false;
    }
  };
  return (
    <Dialog heading={`Delete ${channelId}?`} onClose={onClose}>
      <p>
        Whoever streams to it is sent away. Its stream keys, playback tokens, recordings, clips and all their media are
        removed, and nobody can bring them back.
      </p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void remove();
        }}
      >
        <TextField
          label={`Type “${channelId}” to delete it`}
          value={typed.value}
          error={error.value}
          onValue={(value) => {
            typed.value = value;
          }}
        />
        {problem.value !== undefined && <ErrorNote what="It was not deleted" problem={problem.value} />}
        <div class="dialog-actions">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="danger" isBusy={isBusy.value}>
            Delete channel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
