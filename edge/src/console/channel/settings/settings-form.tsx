import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiProblem, problemOfFailure } from '../../api/api-problem.ts';
import { Channel } from '../../api/channel.ts';
import { showToast } from '../../parts/announcer.tsx';
import { Button } from '../../parts/button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Note } from '../../parts/note.tsx';
import type { Resource } from '../../resource/resource.ts';
import { api } from '../../session/session.ts';
import type { ReadChannel } from '../channel-resource.ts';
import { PublishingSettings } from './publishing-settings.tsx';
import { RecordingSettings } from './recording-settings.tsx';
import { changeOf, draftErrors, draftOf, type SettingsDraft, type SettingsErrors } from './settings-draft.ts';
import { ViewerSettings } from './viewer-settings.tsx';

/** What each part of the form is given. */
export interface SettingsPartProps {
  readonly draft: SettingsDraft;
  readonly errors: SettingsErrors;
  readonly set: (touched: Partial<SettingsDraft>) => void;
}

interface SettingsFormProps {
  readonly read: ReadChannel;
  readonly resource: Resource<ReadChannel>;
}

/** What the channel's owner can change; only what was touched is sent, and only if nobody else was faster. */
export function SettingsForm({ read, resource }: SettingsFormProps) {
  const { channel, etag } = read;
  // What others change shows up in all that was not touched here.
  const touched = useSignal<Partial<SettingsDraft>>({});
  const isBusy = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const draft = { ...draftOf(channel), ...touched.value };
  const errors = draftErrors(draft);
  const isWrong = Object.keys(errors).length > 0;
  const change = isWrong ? {} : changeOf(channel, draft);
  const isDirty = isWrong || Object.keys(change).length > 0;
  useWarningBeforeLeaving(isDirty);

  const discard = () => {
    touched.value = {};
    problem.value = undefined;
  };
  const save = async () => {
    if (isWrong) document.querySelector<HTMLElement>('.settings-form [aria-invalid]')?.focus();
    if (isBusy.value || isWrong || !isDirty) return;
    isBusy.value = true;
    problem.value = undefined;
    try {
      const answer = await api.patch(`/channels/${channel.channelId}`, Channel, { body: change, ifMatch: etag });
      resource.put({ channel: answer.value, etag: answer.etag });
      touched.value = {};
      showToast('Saved');
    } catch (cause) {
      problem.value = problemOfFailure(cause);
      if (problem.value.code === 'version-mismatch') resource.reload();
    }
    isBusy.value = false;
  };
  const props: SettingsPartProps = {
    draft,
    errors,
    set: (more) => {
      touched.value = { ...touched.value, ...more };
    },
  };
  return (
    <form
      class="settings-form"
      noValidate
      aria-label="Settings"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <ViewerSettings {...props} />
      <PublishingSettings {...props} hasSrtPassphrase={channel.hasSrtPassphrase} />
      <RecordingSettings {...props} />
      {isDirty && (
        <div class="save-dock">
          {problem.value !== undefined && <SaveTrouble problem={problem.value} />}
          <div class="save-bar">
            <span>{isWrong ? 'Something is not as it must be' : 'Not saved yet'}</span>
            <Button look="quiet" onClick={discard}>
              Discard
            </Button>
            <Button type="submit" look="primary" isBusy={isBusy.value}>
              Save changes
            </Button>
          </div>
        </div>
      )}
    </form>
  );
}

function SaveTrouble({ problem }: { readonly problem: ApiProblem }) {
  if (problem.code !== 'version-mismatch') return <ErrorNote what="It was not saved" problem={problem} />;
  return (
    <div role="alert">
      <Note tone="warn">
        <strong>Somebody else has changed this channel meanwhile.</strong>
        <p>What you changed still stands above, over what they have made of the rest. Look at it, and save again.</p>
      </Note>
    </div>
  );
}

/** The browser asks before the page is closed; going to another page of the console is not asked about. */
function useWarningBeforeLeaving(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isDirty]);
}
