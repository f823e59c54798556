import { useSignal } from '@preact/signals';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';
import { useResource } from '../resource/use-resource.ts';
import { Page } from '../shell/page.tsx';
import { EndpointCard } from './endpoint-card.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { endpointsKind } from './webhooks-resource.ts';

/** Who is told of what happens. */
export function WebhooksScreen() {
  const resource = useResource(endpointsKind, '');
  const isAdding = useSignal(false);
  const secret = useSignal<{ readonly text: string; readonly isRotated: boolean } | undefined>(undefined);
  const endpoints = resource.value.value;
  const problem = resource.problem.value;
  const add = (
    <Button
      look="primary"
      icon="add"
      onClick={() => {
        isAdding.value = true;
      }}
    >
      Add endpoint
    </Button>
  );
  const hasAny = endpoints !== undefined && endpoints.length > 0;
  return (
    <Page
      title="Webhooks"
      lead="Your own programs are told when a broadcast begins and ends, a publisher is away, a recording or a clip is ready."
      actions={hasAny && add}
    >
      <div class="stack">
        {problem !== undefined && (
          <ErrorNote what="The endpoints could not be loaded" problem={problem} onRetry={() => resource.reload()} />
        )}
        {endpoints === undefined && problem === undefined && <SkeletonLines count={3} what="Loading the endpoints" />}
        {endpoints?.length === 0 && (
          <EmptyState heading="Nobody is told yet" icon="plug" action={add}>
            An endpoint is an address of yours. Deliveries to it are signed, come at least once, and in order.
          </EmptyState>
        )}
        {endpoints?.map((endpoint) => (
          <EndpointCard
            key={endpoint.endpointId}
            endpoint={endpoint}
            onChange={() => resource.reload()}
            onSecret={(text) => {
              secret.value = { text, isRotated: true };
            }}
          />
        ))}
      </div>
      {isAdding.value && (
        <EndpointForm
          onClose={() => {
            isAdding.value = false;
          }}
          onDone={(text) => {
            if (text !== undefined) secret.value = { text, isRotated: false };
            resource.reload();
          }}
        />
      )}
      {secret.value !== undefined && (
        <SecretDialog
          secret={secret.value.text}
          isRotated={secret.value.isRotated}
          onClose={() => {
            secret.value = undefined;
          }}
        />
      )}
    </Page>
  );
}
