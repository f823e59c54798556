import { useSignal } from '@preact/signals';
import { MadeWebhookEndpoint, SentMessage, WebhookEndpoint } from '../api/webhook.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import { DeliveryList } from './delivery-list.tsx';
import { EndpointForm } from './endpoint-form.tsx';

interface EndpointCardProps {
  readonly endpoint: WebhookEndpoint;
  readonly onChange: () => void;
  /** Another secret was made. */
  readonly onSecret: (secret: string) => void;
}

type Asked = 'change' | 'rotate' | 'disable' | 'delete';

/** One endpoint: what it is told, what can be done with it, and its deliveries. */
export function EndpointCard({ endpoint, onChange, onSecret }: EndpointCardProps) {
  const { endpointId, url, description, events, isDisabled } = endpoint;
  const asked = useSignal<Asked | undefined>(undefined);
  const task = useTask();
  const path = `/webhook-endpoints/${endpointId}`;
  const ask = (what: Asked) => () => {
    asked.value = what;
  };
  const close = () => {
    asked.value = undefined;
  };
  const test = async () => {
    await api.post(`${path}/test`, SentMessage);
  };
  const enable = async () => {
    await api.patch(path, WebhookEndpoint, { body: { isDisabled: false } });
    onChange();
  };
  return (
    <section class="card endpoint" aria-labelledby={`endpoint-${endpointId}`}>
      <div class="endpoint-head">
        <div class="endpoint-words">
          <h2 id={`endpoint-${endpointId}`}>{url}</h2>
          <p class="dim">
            {description !== '' && `${description} · `}
            {events === null ? 'Everything' : events.join(', ')}
          </p>
        </div>
        {isDisabled ? <Badge tone="warning">Disabled</Badge> : <Badge>Told</Badge>}
      </div>
      <div class="item-actions">
        <Button isBusy={task.isBusy.value} onClick={() => void task.run(test, 'A test is on its way')}>
          Send a test
        </Button>
        <Button look="quiet" onClick={ask('change')}>
          Change
        </Button>
        <Button look="quiet" onClick={ask('rotate')}>
          Rotate secret
        </Button>
        {isDisabled ? (
          <Button look="quiet" onClick={() => void task.run(enable, 'It is told again')}>
            Enable
          </Button>
        ) : (
          <Button look="quiet" onClick={ask('disable')}>
            Disable
          </Button>
        )}
        <Button look="quiet" onClick={ask('delete')}>
          Delete
        </Button>
      </div>
      {task.problem.value !== undefined && <ErrorNote what="That did not work" problem={task.problem.value} />}
      <DeliveryList endpoint={endpoint} />
      {asked.value === 'change' && <EndpointForm endpoint={endpoint} onClose={close} onDone={onChange} />}
      {asked.value === 'rotate' && (
        <ConfirmDialog
          heading="Make another secret?"
          verb="Make another"
          done="The secret is rotated"
          act={async () => onSecret((await api.post(`${path}/rotate-secret`, MadeWebhookEndpoint)).value.secret)}
          onClose={close}
        >
          For a day deliveries are signed by both, so that your receiver can be told the new one in peace.
        </ConfirmDialog>
      )}
      {asked.value === 'disable' && (
        <ConfirmDialog
          heading="Disable this endpoint?"
          verb="Disable"
          done="The endpoint is disabled"
          act={async () => {
            await api.patch(path, WebhookEndpoint, { body: { isDisabled: true } });
            onChange();
          }}
          onClose={close}
        >
          It is told of nothing, and what is on its way to it is given up.
        </ConfirmDialog>
      )}
      {asked.value === 'delete' && (
        <ConfirmDialog
          heading="Delete this endpoint?"
          verb="Delete"
          done="The endpoint is deleted"
          act={async () => {
            await api.delete(path);
            onChange();
          }}
          onClose={close}
        >
          With all that it was told, and what it was not. That cannot be undone.
        </ConfirmDialog>
      )}
    </section>
  );
}
