import { useId } from 'preact/hooks';
import { WEBHOOK_EVENT_TYPES } from '../api/webhook.ts';

interface EventChoiceProps {
  /** `null`: everything, also what will be told of in times to come. */
  readonly events: readonly string[] | null;
  readonly error: string | undefined;
  readonly onEvents: (events: readonly string[] | null) => void;
}

/** What an endpoint is told of. */
export function EventChoice({ events, error, onEvents }: EventChoiceProps) {
  const id = useId();
  const toggle = (type: string, isOn: boolean) => {
    const others = (events ?? []).filter((each) => each !== type);
    onEvents(isOn ? [...others, type] : others);
  };
  return (
    <fieldset class="choice" aria-describedby={error === undefined ? undefined : id}>
      <legend>It is told of</legend>
      <label class="event-check">
        <input
          type="checkbox"
          checked={events === null}
          onChange={(event) => onEvents(event.currentTarget.checked ? null : WEBHOOK_EVENT_TYPES)}
        />
        Everything, also what comes to be told later
      </label>
      {events !== null && (
        <div class="event-checks">
          {WEBHOOK_EVENT_TYPES.map((type) => (
            <label key={type} class="event-check">
              <input
                type="checkbox"
                checked={events.includes(type)}
                onChange={(event) => toggle(type, event.currentTarget.checked)}
              />
              <code>{type}</code>
            </label>
          ))}
        </div>
      )}
      {error !== undefined && (
        <p class="field-error" id={id}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
