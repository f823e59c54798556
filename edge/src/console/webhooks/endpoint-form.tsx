import { useSignal } from '@preact/signals';
import {
  MadeWebhookEndpoint,
  WEBHOOK_DESCRIPTION_CHARS_MAX,
  WEBHOOK_URL_CHARS_MAX,
  WebhookEndpoint,
} from '../api/webhook.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { TextField } from '../parts/field.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import { webhookUrlFault } from './delivery-words.ts';
import { EventChoice } from './event-choice.tsx';

interface EndpointFormProps {
  /** Absent: another one is made. */
  readonly endpoint?: WebhookEndpoint;
  readonly onClose: () => void;
  /** With the secret of one that was made: it is told this once. */
  readonly onDone: (secret: string | undefined) => void;
}

/** Adds an endpoint, or changes one. */
export function EndpointForm({ endpoint, onClose, onDone }: EndpointFormProps) {
  const url = useSignal(endpoint?.url ?? '');
  const description = useSignal(endpoint?.description ?? '');
  const events = useSignal<readonly string[] | null>(endpoint?.events ?? null);
  const hasTried = useSignal(false);
  const task = useTask();
  const urlFault = webhookUrlFault(url.value);
  const eventsFault = events.value?.length === 0 ? 'Choose at least one, or everything.' : undefined;
  const save = async () => {
    const body = { url: url.value.trim(), description: description.value, events: events.value };
    if (endpoint === undefined) {
      onDone((await api.post('/webhook-endpoints', MadeWebhookEndpoint, { body })).value.secret);
    } else {
      await api.patch(`/webhook-endpoints/${endpoint.endpointId}`, WebhookEndpoint, { body });
      onDone(undefined);
    }
  };
  const submit = async () => {
    hasTried.value = true;
    if (urlFault !== undefined || eventsFault !== undefined) return;
    if (await task.run(save, endpoint === undefined ? 'The endpoint is added' : 'The endpoint is changed')) onClose();
  };
  return (
    <Dialog heading={endpoint === undefined ? 'Add an endpoint' : 'Change the endpoint'} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label="URL"
          value={url.value}
          maxLength={WEBHOOK_URL_CHARS_MAX}
          placeholder="https://hooks.example.com/sluice"
          hint="It is told by POST, signed as Standard Webhooks has it, and again for a day until it answers 2xx."
          error={hasTried.value ? urlFault : undefined}
          onValue={(value) => {
            url.value = value;
          }}
        />
        <TextField
          label="What it is"
          value={description.value}
          maxLength={WEBHOOK_DESCRIPTION_CHARS_MAX}
          placeholder="Optional, in your words"
          onValue={(value) => {
            description.value = value;
          }}
        />
        <EventChoice
          events={events.value}
          error={hasTried.value ? eventsFault : undefined}
          onEvents={(value) => {
            events.value = value;
          }}
        />
        {task.problem.value !== undefined && <ErrorNote what="That did not work" problem={task.problem.value} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={task.isBusy.value}>
            {endpoint === undefined ? 'Add endpoint' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
