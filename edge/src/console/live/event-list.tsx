import { formatDay, machineTime } from '../format/times.ts';
import { useResource } from '../resource/use-resource.ts';
import { eventSentence, eventTone } from './event-words.ts';
import { eventsKind } from './source-resource.ts';

const SHOWN_MAX = 30;
const DAY_MS = 24 * 3_600_000;

/** What happened to the channel's broadcasts, the newest first. */
export function EventList({ channelId }: { readonly channelId: string }) {
  const heard = useResource(eventsKind, channelId).value.value;
  const events = [...(heard?.events ?? [])].reverse().slice(0, SHOWN_MAX);
  if (events.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="events-heading">
      <h2 id="events-heading">What happened</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard. */}
      <ol class="event-list" tabIndex={0} aria-labelledby="events-heading">
        {events.map(({ sequence, event }) => (
          <li key={sequence} class={eventTone(event)}>
            <time dateTime={machineTime(event.atMs)}>{momentOf(event.atMs)}</time>
            <span>{eventSentence(event)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function momentOf(atMs: number): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(atMs);
  return Date.now() - atMs > DAY_MS ? `${formatDay(atMs)}, ${time}` : time;
}
