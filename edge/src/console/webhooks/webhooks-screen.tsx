import { EmptyState } from '../parts/empty-state.tsx';
import { Page } from '../shell/page.tsx';

/** Who is told of what happens. */
export function WebhooksScreen() {
  return (
    <Page title="Webhooks">
      <EmptyState heading="Webhooks are on their way" icon="stats" />
    </Page>
  );
}
