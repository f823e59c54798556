import { ButtonLink } from '../parts/button.tsx';
import { Page } from '../shell/page.tsx';

/** All channels. */
export function ChannelsScreen() {
  return (
    <Page
      title="Channels"
      actions={
        <ButtonLink href="/channels/new" look="primary" icon="add">
          New channel
        </ButtonLink>
      }
    />
  );
}
