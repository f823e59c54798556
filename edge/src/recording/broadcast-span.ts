import type { BroadcastSpan } from '../thumbnails/picture-slots.ts';
import type { Recording } from './recording.ts';

/** When it was, by the time of its broadcast; `undefined`: there is nothing in it. */
export function broadcastSpan({ description, fromMs, toMs }: Recording): BroadcastSpan | undefined {
  const { startedAtMs } = description;
  return fromMs === undefined || toMs === undefined
    ? undefined
    : { fromMs: fromMs - startedAtMs, toMs: toMs - startedAtMs };
}
