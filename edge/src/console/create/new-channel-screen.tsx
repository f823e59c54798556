import { useSignal } from '@preact/signals';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import { LATENCY_PROFILES, type LatencyProfile } from '../api/channel.ts';
import { LATENCY_WORDS } from '../channels/latency-words.ts';
import { navigate } from '../navigation.ts';
import { Button, ButtonLink } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Choice, Switch, TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { channelPath } from '../route.ts';
import { Page } from '../shell/page.tsx';
import { makeChannel, nameError, nameFrom } from './new-channel.ts';

const NAME_CHARS_MAX = 63;
const LATENCIES = LATENCY_PROFILES.map((value) => ({ value, ...LATENCY_WORDS[value] }));

/** Where a channel is made: its name is enough. */
export function NewChannelScreen() {
  const name = useSignal('');
  const profile = useSignal<LatencyProfile>('low');
  const isPrivate = useSignal(false);
  const isRecorded = useSignal(false);
  const isBusy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const problem = useSignal<ApiProblem | undefined>(undefined);

  const submit = async () => {
    if (isBusy.value) return;
    const channelId = name.value;
    error.value = nameError(channelId);
    problem.value = undefined;
    if (error.value !== undefined) {
      document.querySelector<HTMLInputElement>('[name=channel]')?.focus();
      return;
    }
    isBusy.value = true;
    try {
      await makeChannel({
        channelId,
        profile: profile.value,
        isPrivate: isPrivate.value,
        isRecorded: isRecorded.value,
      });
      // Back leads to the channels, not to a form that has been sent.
      navigate(channelPath(channelId, 'connect'), { replaces: true });
    } catch (cause) {
      const failure = problemOfFailure(cause);
      if (failure.code === 'channel-exists') error.value = failure.message;
      else problem.value = failure;
      isBusy.value = false;
    }
  };

  return (
    <>
      <a class="back-link" href="/">
        <Icon name="back" />
        Channels
      </a>
      <Page title="New channel" lead="A name is enough. You get a stream key and what to type into your encoder next.">
        <form
          class="form card"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <TextField
            label="Name"
            name="channel"
            maxLength={NAME_CHARS_MAX}
            value={name.value}
            onValue={(typed) => {
              name.value = nameFrom(typed);
              error.value = undefined;
            }}
            error={error.value}
            hint={<WatchAddress name={name.value} />}
          />
          <details class="fold">
            <summary>
              <Icon name="forward" />
              More options
            </summary>
            <div class="form">
              <Choice
                label="Latency"
                choices={LATENCIES}
                value={profile.value}
                onValue={(value) => {
                  profile.value = value;
                }}
              />
              <Switch
                label="Private"
                hint="Viewers need a playback token, which you make for them."
                isOn={isPrivate.value}
                onChange={(isOn) => {
                  isPrivate.value = isOn;
                }}
              />
              <Switch
                label="Record"
                hint="Every broadcast can be watched later, and stays until you delete it."
                isOn={isRecorded.value}
                onChange={(isOn) => {
                  isRecorded.value = isOn;
                }}
              />
              <p class="hint">All of it can be changed later.</p>
            </div>
          </details>
          {problem.value !== undefined && <ErrorNote what="The channel could not be made" problem={problem.value} />}
          <div class="form-actions">
            <Button type="submit" look="primary" isBusy={isBusy.value}>
              Create channel
            </Button>
            <ButtonLink href="/" look="quiet">
              Cancel
            </ButtonLink>
          </div>
        </form>
      </Page>
    </>
  );
}

function WatchAddress({ name }: { readonly name: string }) {
  return (
    <>
      Viewers see it in the address: {location.host}/watch/<strong>{name === '' ? '…' : name}</strong>
    </>
  );
}
