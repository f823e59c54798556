import { ChannelsScreen } from './channels/channels-screen.tsx';
import { NewChannelScreen } from './create/new-channel-screen.tsx';
import { route } from './navigation.ts';
import { Announcer } from './parts/announcer.tsx';
import { ButtonLink } from './parts/button.tsx';
import { EmptyState } from './parts/empty-state.tsx';
import { pathOf } from './route.ts';
import { BeginningScreen } from './session/beginning-screen.tsx';
import { session } from './session/session.ts';
import { SignInScreen } from './session/sign-in-screen.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { lazyScreen } from './shell/lazy-screen.tsx';
import { Masthead } from './shell/masthead.tsx';
import { Page } from './shell/page.tsx';

const MAIN_ID = 'main';

// Who opens the console sees its channels first: the rest of it comes when it is asked for.
const ChannelScreen = lazyScreen(async () => (await import('./channel/channel-screen.tsx')).ChannelScreen);
const WebhooksScreen = lazyScreen(async () => (await import('./webhooks/webhooks-screen.tsx')).WebhooksScreen);

/** The console: the shell, and in it the screen that the address asks for. */
export function App() {
  const shown = route.value;
  const place = shown.page === 'nowhere' ? 'nowhere' : pathOf(shown);
  return (
    <>
      {/* To the part of this very page: not a link of the router. */}
      <a class="skip-link" href={`#${MAIN_ID}`}>
        Skip to content
      </a>
      <Masthead />
      <main id={MAIN_ID} tabIndex={-1}>
        <ErrorBoundary key={session.value.kind} place={place}>
          <Screen />
        </ErrorBoundary>
      </main>
      <Announcer />
    </>
  );
}

function Screen() {
  const state = session.value;
  if (state.kind === 'beginning' || state.kind === 'failed') return <BeginningScreen state={state} />;
  if (state.kind === 'signed-out') return <SignInScreen state={state} />;
  const shown = route.value;
  switch (shown.page) {
    case 'channels':
      return <ChannelsScreen />;
    case 'new-channel':
      return <NewChannelScreen />;
    case 'channel':
      return <ChannelScreen key={shown.channelId} channelId={shown.channelId} tab={shown.tab} />;
    case 'webhooks':
      return <WebhooksScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'nowhere':
      return <NowhereScreen />;
  }
}

function NowhereScreen() {
  return (
    <Page title="Nothing here">
      <EmptyState heading="There is nothing at this address" action={<ButtonLink href="/">Channels</ButtonLink>}>
        It may have been mistyped, or what it showed is gone.
      </EmptyState>
    </Page>
  );
}
