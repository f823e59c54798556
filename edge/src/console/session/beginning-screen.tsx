import { useEffect } from 'preact/hooks';
import { ButtonLink } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { pageLife } from '../resource/page-life.ts';
import { Page } from '../shell/page.tsx';
import { beginSession, type SessionState } from './session.ts';

/** What is away is tried again this often, while somebody looks. */
const RETRY_MS = 5_000;

/** Until it is known who is there; it is seen only where that takes long, or fails. */
export function BeginningScreen({ state }: { readonly state: SessionState }) {
  if (state.kind !== 'failed') {
    return (
      <div class="beginning" role="status">
        <span class="visually-hidden">Loading</span>
      </div>
    );
  }
  return <FailedScreen state={state} />;
}

function FailedScreen({ state }: { readonly state: Extract<SessionState, { kind: 'failed' }> }) {
  const { problem, isRetrying } = state;
  useEffect(() => {
    if (isRetrying) return undefined;
    const retry = () => {
      if (!pageLife.isHidden()) void beginSession();
    };
    const timer = setTimeout(retry, RETRY_MS);
    const stopListening = pageLife.onReturn(retry);
    return () => {
      clearTimeout(timer);
      stopListening();
    };
  }, [isRetrying]);
  return (
    <div class="sign-in">
      <Page title="The console cannot begin" name="beginning">
        <div class="stack">
          <ErrorNote problem={problem} onRetry={() => void beginSession()} isRetrying={isRetrying} />
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
