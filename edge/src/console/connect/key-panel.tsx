import { useSignal } from '@preact/signals';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import type { StreamKey } from '../api/stream-key.ts';
import { showToast } from '../parts/announcer.tsx';
import { Button, ButtonLink } from '../parts/button.tsx';
import { CopyField } from '../parts/copy-field.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Note } from '../parts/note.tsx';
import { useResource } from '../resource/use-resource.ts';
import { channelPath } from '../route.ts';
import { madeKey } from './made-keys.ts';
import { keyName, makeStreamKey, rotateStreamKey, streamKeysKind } from './stream-keys.ts';

/** The channel's stream key, if it was made on this page; otherwise how to get one. */
export function KeyPanel({ channelId }: { readonly channelId: string }) {
  const made = madeKey(channelId);
  if (made === undefined) return <NoKeyHere channelId={channelId} />;
  return (
    <section class="card stack-small" aria-labelledby="key-title">
      <h2 id="key-title">Your stream key</h2>
      <CopyField label="Stream key" value={made.streamKey} isSecret />
      <Note tone="warn">
        It is shown this once. Put it into your encoder or a password manager now: once this page is closed nobody can
        look it up again. Whoever has it can stream to your channel.
      </Note>
    </section>
  );
}

function NoKeyHere({ channelId }: { readonly channelId: string }) {
  const keys = useResource(streamKeysKind, channelId);
  const isBusy = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const rotated = useSignal<StreamKey | undefined>(undefined);

  const get = async (make: () => Promise<unknown>) => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      await make();
      showToast('Your stream key is here');
    } catch (cause) {
      problem.value = problemOfFailure(cause);
    }
    rotated.value = undefined;
    isBusy.value = false;
  };

  const known = keys.value.value ?? [];
  const [only] = known;
  return (
    <section class="card stack-small" aria-labelledby="key-title">
      <h2 id="key-title">Stream key</h2>
      <p class="dim">{sentenceOn(known)}</p>
      {problem.value !== undefined && <ErrorNote what="There is no new key" problem={problem.value} />}
      <div class="form-actions">
        <Button
          look="primary"
          icon="add"
          isBusy={isBusy.value}
          onClick={() => void get(() => makeStreamKey(channelId, { label: '', role: 'primary' }))}
        >
          Make a key
        </Button>
        {only !== undefined && known.length === 1 && (
          <Button
            isBusy={isBusy.value}
            onClick={() => {
              rotated.value = only;
            }}
          >
            {`Replace “${keyName(only)}”`}
          </Button>
        )}
        {known.length > 1 && (
          <ButtonLink look="quiet" href={channelPath(channelId, 'settings')}>
            All keys
          </ButtonLink>
        )}
      </div>
      {rotated.value !== undefined && (
        <RotateDialog
          streamKey={rotated.value}
          isBusy={isBusy.value}
          onClose={() => {
            rotated.value = undefined;
          }}
          onRotate={(key) => void get(() => rotateStreamKey(key))}
        />
      )}
    </section>
  );
}

function sentenceOn(known: readonly StreamKey[]): string {
  if (known.length === 0) return 'This channel has no stream key yet. One is shown once, when it is made.';
  const has = known.length === 1 ? 'one stream key' : `${known.length} stream keys`;
  return `This channel has ${has}. A key is shown once, when it is made: use the one that you have, or make another.`;
}

interface RotateDialogProps {
  readonly streamKey: StreamKey;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  readonly onRotate: (key: StreamKey) => void;
}

/** Asks before a key is replaced: whoever streams with it is cut off. */
export function RotateDialog({ streamKey, isBusy, onClose, onRotate }: RotateDialogProps) {
  return (
    <Dialog heading={`Replace “${keyName(streamKey)}”?`} onClose={onClose}>
      <p>
        The key that there is opens nothing any more, and whoever streams with it is cut off within five seconds. You
        get a new one in its place.
      </p>
      <div class="dialog-actions">
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button look="danger" isBusy={isBusy} onClick={() => onRotate(streamKey)}>
          Replace key
        </Button>
      </div>
    </Dialog>
  );
}
