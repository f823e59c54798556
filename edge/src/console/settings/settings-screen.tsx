import { Page } from '../shell/page.tsx';

/** The console's own settings. */
export function SettingsScreen() {
  return <Page title="Settings" />;
}
