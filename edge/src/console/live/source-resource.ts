import { type ChannelEvent, ChannelEventPage, type SourceFigures, SourceFiguresPage } from '../api/ingest-event.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';
import { merged } from './series.ts';

/** Nodes tell every ten seconds. */
const EVERY_MS = 5_000;
/** Half an hour, and what another node told beside it. */
const FIGURES_MAX = 240;
const EVENTS_MAX = 60;

/** What was heard so far, and after which the next question is. */
export interface Heard<E> {
  readonly events: readonly { readonly sequence: number; readonly event: E }[];
  readonly next: number;
}

/** How the source of a channel was: all of it first, and then what came since. */
export const sourceKind: ResourceKind<Heard<SourceFigures>> = new ResourceKind(async (channelId, signal) => {
  const before = sourceKind.recall(channelId);
  const path = `/channels/${channelId}/figures?${questionAfter(before, FIGURES_MAX)}`;
  return heard(before, (await api.get(path, SourceFiguresPage, { signal })).value, FIGURES_MAX);
}, EVERY_MS);

/** What happened to a channel's broadcasts, in the same way. */
export const eventsKind: ResourceKind<Heard<ChannelEvent>> = new ResourceKind(async (channelId, signal) => {
  const before = eventsKind.recall(channelId);
  const path = `/channels/${channelId}/events?${questionAfter(before, EVENTS_MAX)}`;
  return heard(before, (await api.get(path, ChannelEventPage, { signal })).value, EVENTS_MAX);
}, EVERY_MS);

function questionAfter(before: Heard<unknown> | undefined, max: number): string {
  return before === undefined || before.next === 0 ? `newest=${max}` : `after=${before.next}`;
}

function heard<E extends { readonly atMs: number }>(
  before: Heard<E> | undefined,
  { events, next }: Heard<E>,
  max: number,
): Heard<E> {
  if (events.length === 0 && before !== undefined) return before;
  return { events: merged(before?.events ?? [], events, max), next };
}
