import type { ReloadView } from './reload-gate.ts';
import type { Presentation, RenditionView } from './rendition-view.ts';

/** What the reload gate must know of a rendition. */
export function reloadView(window: Presentation, own: RenditionView): ReloadView {
  const { rendition, lastComplete, openSegment, hinted } = own;
  return {
    isEnded: window.isEnded,
    lastMsn: lastComplete?.msn ?? hinted.msn - 1,
    lastParts: lastComplete?.parts.length ?? 0,
    openParts: openSegment?.parts.length ?? 0,
    partTargetS: rendition.partTargetTicks / rendition.timescaleHz,
  };
}
