import { useSignal } from '@preact/signals';
import type { ApiProblem } from '../api/api-problem.ts';
import { problemOfFailure } from '../api/api-problem.ts';
import { Button, ButtonLink } from '../parts/button.tsx';
import { CopyField } from '../parts/copy-field.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { TextField } from '../parts/field.tsx';
import { Page } from '../shell/page.tsx';
import { type SessionState, signIn } from './session.ts';

/** RFC 6750 §2.1: what a bearer token is made of. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const COMMAND = 'npx sluice api-tokens create console --scopes all';

/** Where an API token is typed; what was asked for is shown after it. */
export function SignInScreen({ state }: { readonly state: Extract<SessionState, { kind: 'signed-out' }> }) {
  return (
    <div class="sign-in">
      <Page title="Sign in" name="sign-in" lead={lead(state)}>
        {state.setup.canSignIn ? <SignInForm /> : <NoControl />}
        <div class="sign-in-more">
          <p class="hint">Only want to watch? That needs no token.</p>
          <div>
            <ButtonLink href="/watch" icon="play">
              Watch a channel
            </ButtonLink>
          </div>
        </div>
      </Page>
    </div>
  );
}

function lead({ wasSignedIn }: { readonly wasSignedIn: boolean }): string {
  if (wasSignedIn) return 'Your API token is not valid any more. Sign in again to go on where you were.';
  return 'The console works with an API token of your team.';
}

function SignInForm() {
  const token = useSignal('');
  const staysSignedIn = useSignal(false);
  const isBusy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const problem = useSignal<ApiProblem | undefined>(undefined);

  const submit = async () => {
    const typed = token.value.trim();
    error.value = refusalOf(typed);
    problem.value = undefined;
    if (error.value !== undefined || isBusy.value) return;
    isBusy.value = true;
    try {
      await signIn(typed, { staysSignedIn: staysSignedIn.value });
    } catch (cause) {
      const failure = problemOfFailure(cause);
      if (failure.status === 401) error.value = 'No such token is known here. Copy it again, or make a new one.';
      else problem.value = failure;
    }
    isBusy.value = false;
  };

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label="API token"
        type="password"
        autocomplete="current-password"
        value={token.value}
        onValue={(value) => {
          token.value = value;
        }}
        error={error.value}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={staysSignedIn.value}
          onChange={(event) => {
            staysSignedIn.value = event.currentTarget.checked;
          }}
        />
        Stay signed in on this device
      </label>
      {problem.value !== undefined && <ErrorNote what="The token could not be checked" problem={problem.value} />}
      <Button type="submit" look="primary" isBusy={isBusy.value}>
        Sign in
      </Button>
      <CopyField label="Make a token on the command line" value={COMMAND} />
    </form>
  );
}

/** What can be seen before it is sent. */
function refusalOf(typed: string): string | undefined {
  if (typed === '') return 'Paste an API token.';
  return TOKEN.test(typed)
    ? undefined
    : 'An API token has no spaces and no other characters than letters, digits and -._~+/=.';
}

function NoControl() {
  return (
    <EmptyState heading="No control API is set up" icon="warning">
      This edge was not told where its control API is (CONTROL_URL), so there is nothing to sign in to. Channels can be
      watched.
    </EmptyState>
  );
}
