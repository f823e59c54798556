import { ButtonLink } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Page } from '../shell/page.tsx';
import { beginSession, type SessionState } from './session.ts';

/** Until it is known who is there; it is seen only where that takes long, or fails. */
export function BeginningScreen({ state }: { readonly state: SessionState }) {
  if (state.kind !== 'failed') {
    return (
      <div class="beginning" role="status">
        <span class="visually-hidden">Loading</span>
      </div>
    );
  }
  return (
    <div class="sign-in">
      <Page title="The console cannot begin" name="beginning">
        <div class="stack">
          <ErrorNote problem={state.problem} onRetry={() => void beginSession()} />
          <p>
            <ButtonLink href="/watch" icon="play">
              Watch a channel
            </ButtonLink>
          </p>
        </div>
      </Page>
    </div>
  );
}
