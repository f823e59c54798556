import { type Caller, mayDo } from '../api/caller.ts';
import type { Setup } from '../api/setup.ts';
import { Button } from '../parts/button.tsx';
import { Segments } from '../parts/segments.tsx';
import { session, signOut } from '../session/session.ts';
import { Page } from '../shell/page.tsx';
import { type Theme, theme } from '../shell/theme.ts';
import { ApiTokensCard } from './api-tokens-card.tsx';

const THEME_CHOICES: readonly { readonly value: Theme; readonly name: string }[] = [
  { value: 'system', name: 'System' },
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
];

/** The console's own settings, who one is, and what one is connected to. */
export function SettingsScreen() {
  const state = session.value;
  if (state.kind !== 'signed-in') return null;
  return (
    <Page title="Settings">
      <div class="stack settings-tab">
        <section class="card stack-small" aria-labelledby="appearance-title">
          <h2 id="appearance-title">Appearance</h2>
          <Segments
            label="Colours"
            choices={THEME_CHOICES}
            value={theme.value}
            onValue={(value) => {
              theme.value = value;
            }}
          />
        </section>
        <SignedIn caller={state.caller} setup={state.setup} />
        {mayDo(state.caller, 'api-tokens:read') && <ApiTokensCard caller={state.caller} />}
        <Deployment setup={state.setup} />
      </div>
    </Page>
  );
}

function SignedIn({ caller, setup }: { readonly caller: Caller; readonly setup: Setup }) {
  return (
    <section class="card stack-small" aria-labelledby="signed-in-title">
      <div class="card-head">
        <h2 id="signed-in-title">Signed in</h2>
        {setup.access === 'token' && (
          <Button icon="leave" onClick={signOut}>
            Sign out
          </Button>
        )}
      </div>
      <dl class="facts">
        <div>
          <dt>As</dt>
          <dd>{caller.kind === 'operator' ? 'The operator of this system' : 'An API token'}</dd>
        </div>
        <div>
          <dt>Team</dt>
          <dd>{caller.tenantId}</dd>
        </div>
        <div>
          <dt>May</dt>
          <dd>{caller.kind === 'operator' ? 'everything' : caller.scopes.join(', ')}</dd>
        </div>
      </dl>
      {setup.access === 'open' && (
        <p class="hint">This system is of this machine, and open to whoever uses it: nobody has to sign in.</p>
      )}
    </section>
  );
}

function Deployment({ setup }: { readonly setup: Setup }) {
  return (
    <section class="card stack-small" aria-labelledby="deployment-title">
      <h2 id="deployment-title">This system</h2>
      <dl class="facts">
        <div>
          <dt>Version</dt>
          <dd>{setup.version}</dd>
        </div>
        {setup.ingest.map(({ region, rtmpUrl, rtmpsUrl, srtUrl }) => (
          <div key={region}>
            <dt>{region === undefined ? 'Ingest' : `Ingest, ${region}`}</dt>
            <dd>
              {rtmpsUrl}
              <br />
              {rtmpUrl}
              <br />
              {srtUrl}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
