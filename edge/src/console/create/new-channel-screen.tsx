import { Page } from '../shell/page.tsx';

/** Where a channel is made. */
export function NewChannelScreen() {
  return <Page title="New channel" />;
}
