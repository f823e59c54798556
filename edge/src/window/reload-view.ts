import type { LiveWindow } from './live-window.ts';
import type { ReloadView } from './reload-gate.ts';
import type { RenditionWindow } from './rendition-window.ts';

/** What the reload gate must know of a rendition. */
export function reloadView(window: LiveWindow, own: RenditionWindow): ReloadView {
  const { rendition, lastComplete, openSegment, hinted } = own;
  return {
    isEnded: window.isEnded,
    lastMsn: lastComplete?.msn ?? hinted.msn - 1,
    lastParts: lastComplete?.parts.length ?? 0,
    openParts: openSegment?.parts.length ?? 0,
    partTargetS: rendition.partTargetTicks / rendition.timescaleHz,
  };
}
