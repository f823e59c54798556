import type { BroadcastDescription, EdgeEvent, Rendition, RenditionSummary } from '@sluice/contracts';

type WithoutSequence<Event> = Event extends unknown ? Omit<Event, 'sequence'> : never;

/** An event that has no place yet in the order of those that are told. */
export type EventDraft = WithoutSequence<EdgeEvent>;

/** What may be handed in by others than the channel's own object, which alone knows the life of a broadcast. */
export type HandedInDraft = Extract<EventDraft, { kind: 'recording-ready' }>;

/** The renditions of a broadcast, as its owner is told of them. */
export function renditionSummaries({ renditions }: BroadcastDescription): RenditionSummary[] {
  return renditions.map(renditionSummary);
}

function renditionSummary(rendition: Rendition): RenditionSummary {
  const { id: renditionId, codecs, bitrateBpsMax } = rendition;
  const common = { renditionId, codecs, bitrateBpsMax };
  if (rendition.kind === 'audio') return common;
  const { widthPx, heightPx, frameRate } = rendition;
  return { ...common, widthPx, heightPx, frameRate: frameRate.num / frameRate.den };
}
