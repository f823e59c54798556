import { useSignal } from '@preact/signals';
import {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryState,
  SentMessage,
  type WebhookEndpoint,
} from '../api/webhook.ts';
import { formatAgo, machineTime } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Segments } from '../parts/segments.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';
import { useTask } from '../parts/use-task.ts';
import { useResource } from '../resource/use-resource.ts';
import { api } from '../session/session.ts';
import { now } from '../shell/now.ts';
import { deliverySentence, inAbout, nextTryMs } from './delivery-words.ts';
import { deliveriesKind } from './webhooks-resource.ts';

const NAMES: Readonly<Record<DeliveryState, string>> = {
  pending: 'On their way',
  delivered: 'Delivered',
  dead: 'Given up',
};
const NOTHING: Readonly<Record<DeliveryState, string>> = {
  pending: 'Nothing is on its way.',
  delivered: 'Nothing was delivered in the last seven days.',
  dead: 'Nothing was given up in the last thirty days.',
};
const CHOICES = DELIVERY_STATES.map((value) => ({ value, name: NAMES[value] }));

/** What an endpoint was told, is told, or could not be told. */
export function DeliveryList({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const state = useSignal<DeliveryState>('delivered');
  const resource = useResource(deliveriesKind, `${endpoint.endpointId} ${state.value}`);
  const shown = resource.value.value;
  const problem = resource.problem.value;
  return (
    <div class="deliveries">
      <Segments
        label="Deliveries"
        choices={CHOICES}
        value={state.value}
        onValue={(value) => {
          state.value = value;
        }}
      />
      {problem !== undefined && (
        <ErrorNote what="The deliveries could not be loaded" problem={problem} onRetry={() => resource.reload()} />
      )}
      {shown === undefined && problem === undefined && <SkeletonLines count={2} what="Loading the deliveries" />}
      {shown?.deliveries.length === 0 && <p class="dim">{NOTHING[state.value]}</p>}
      {shown !== undefined && shown.deliveries.length > 0 && (
        <ul class="delivery-list">
          {shown.deliveries.map((delivery) => (
            <DeliveryItem
              key={delivery.deliveryId}
              delivery={delivery}
              endpointId={endpoint.endpointId}
              onResent={() => {
                state.value = 'pending';
              }}
            />
          ))}
        </ul>
      )}
      {shown?.hasMore && <p class="hint">Older ones are told by the API.</p>}
    </div>
  );
}

interface DeliveryItemProps {
  readonly delivery: Delivery;
  readonly endpointId: string;
  readonly onResent: () => void;
}

function DeliveryItem({ delivery, endpointId, onResent }: DeliveryItemProps) {
  const task = useTask();
  const { deliveryId, messageId, payload, createdAtMs, lastTry, state } = delivery;
  const atMs = lastTry?.atMs ?? createdAtMs;
  const nextMs = nextTryMs(delivery);
  const resend = async () => {
    const path = `/webhook-endpoints/${endpointId}/deliveries/${encodeURIComponent(deliveryId)}/resend`;
    await api.post(path, SentMessage);
    onResent();
  };
  return (
    <li class={`delivery ${state}`}>
      <div class="delivery-words">
        <p class="delivery-type">
          <code>{payload.type}</code>
          <time class="dim" dateTime={machineTime(atMs)}>
            {formatAgo(atMs, now.value)}
          </time>
        </p>
        <p class="numbers">
          {deliverySentence(delivery)}
          {nextMs !== undefined && ` Next try ${inAbout(nextMs, now.value)}.`}
        </p>
        <p class="delivery-id">{messageId}</p>
      </div>
      {state !== 'pending' && (
        <Button
          look="quiet"
          isBusy={task.isBusy.value}
          aria-label={`Send again: ${payload.type}`}
          onClick={() => void task.run(resend, 'It is sent again')}
        >
          Send again
        </Button>
      )}
      {task.problem.value !== undefined && <ErrorNote problem={task.problem.value} />}
    </li>
  );
}
