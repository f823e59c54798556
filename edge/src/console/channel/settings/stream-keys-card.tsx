import { useSignal } from '@preact/signals';
import { type ApiProblem, problemOfFailure } from '../../api/api-problem.ts';
import type { StreamKey } from '../../api/stream-key.ts';
import { RotateDialog } from '../../connect/key-panel.tsx';
import { madeKey } from '../../connect/made-keys.ts';
import {
  changeStreamKey,
  deleteStreamKey,
  keyName,
  makeStreamKey,
  type NewStreamKey,
  rotateStreamKey,
  streamKeysKind,
} from '../../connect/stream-keys.ts';
import { showToast } from '../../parts/announcer.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { SkeletonLines } from '../../parts/skeleton.tsx';
import { useResource } from '../../resource/use-resource.ts';
import { DeleteKeyDialog, NewKeyDialog } from './key-dialogs.tsx';
import { StreamKeyRow } from './stream-key-row.tsx';

/** What is asked about before it is done. */
type Asked =
  | { readonly kind: 'new' }
  | { readonly kind: 'rotate'; readonly key: StreamKey }
  | { readonly kind: 'delete'; readonly key: StreamKey };

/** The stream keys of a channel: what there is, and all that can be done with them. */
export function StreamKeysCard({ channelId }: { readonly channelId: string }) {
  const keys = useResource(streamKeysKind, channelId);
  const asked = useSignal<Asked | undefined>(undefined);
  const isBusy = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const close = () => {
    asked.value = undefined;
  };
  const act = async (work: () => Promise<unknown>, done: string) => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      await work();
      showToast(done);
    } catch (cause) {
      problem.value = problemOfFailure(cause);
    }
    isBusy.value = false;
    close();
    keys.reload();
  };
  const made = madeKey(channelId);
  const known = keys.value.value;
  const trouble = problem.value ?? keys.problem.value;
  const question = asked.value;
  return (
    <section class="card stack-small" aria-labelledby="keys-title">
      <div class="card-head">
        <h2 id="keys-title">Stream keys</h2>
        <Button
          icon="add"
          onClick={() => {
            asked.value = { kind: 'new' };
          }}
        >
          New key
        </Button>
      </div>
      {trouble !== undefined && <ErrorNote what="The stream keys" problem={trouble} onRetry={() => keys.reload()} />}
      {known === undefined && trouble === undefined && <SkeletonLines count={1} what="Loading the stream keys" />}
      {known?.length === 0 && <p class="dim">There is none: nobody can stream to this channel.</p>}
      <ul class="key-list">
        {known?.map((key) => (
          <StreamKeyRow
            key={key.keyId}
            streamKey={key}
            onRotate={() => {
              asked.value = { kind: 'rotate', key };
            }}
            onDelete={() => {
              asked.value = { kind: 'delete', key };
            }}
            onToggle={() =>
              void act(
                () => changeStreamKey(key, { isDisabled: !key.isDisabled }),
                `${keyName(key)} is ${key.isDisabled ? 'enabled' : 'disabled'}`,
              )
            }
          >
            {made?.keyId === key.keyId && (
              <CopyField label={`Key of ${keyName(key)}`} value={made.streamKey} isSecret hint="Shown this once." />
            )}
          </StreamKeyRow>
        ))}
      </ul>
      {question?.kind === 'new' && (
        <NewKeyDialog
          isBusy={isBusy.value}
          onClose={close}
          onMake={(key: NewStreamKey) => void act(() => makeStreamKey(channelId, key), 'The new key is here')}
        />
      )}
      {question?.kind === 'rotate' && (
        <RotateDialog
          streamKey={question.key}
          isBusy={isBusy.value}
          onClose={close}
          onRotate={(key) => void act(() => rotateStreamKey(key), 'The new key is here')}
        />
      )}
      {question?.kind === 'delete' && (
        <DeleteKeyDialog
          streamKey={question.key}
          isBusy={isBusy.value}
          onClose={close}
          onDelete={(key) => void act(() => deleteStreamKey(key), `${keyName(key)} is deleted`)}
        />
      )}
    </section>
  );
}
