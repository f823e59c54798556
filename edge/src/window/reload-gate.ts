import type { ReloadDirectives } from './reload-directives.ts';

/** How far a rendition's playlist is. */
export interface ReloadView {
  readonly isEnded: boolean;
  /** Newest whole segment; 0 before the first. */
  readonly lastMsn: number;
  /** Parts that it has. */
  readonly lastParts: number;
  /** Parts of segment `lastMsn + 1`, so far. */
  readonly openParts: number;
  readonly partTargetS: number;
}

export type ReloadVerdict =
  | { readonly kind: 'now' }
  | { readonly kind: 'wait' }
  /** Answered 400. */
  | { readonly kind: 'too-far'; readonly detail: string };

/** rfc8216bis §6.2.5.2: a request for more segments ahead than this is refused. */
const ADVANCE_SEGMENTS_MAX = 2;

/**
 * What becomes of a blocking playlist reload (rfc8216bis §6.2.5.2), in the order of HLS-RULES.md A3.37: ended, too far,
 * satisfied, else wait. Malformed directives never get here.
 */
export function reloadGate(view: ReloadView, directives: ReloadDirectives): ReloadVerdict {
  if (view.isEnded) return { kind: 'now' };
  const tooFar = tooFarDetail(view, directives);
  if (tooFar !== undefined) return { kind: 'too-far', detail: tooFar };
  return isSatisfied(view, directives) ? { kind: 'now' } : { kind: 'wait' };
}

/**
 * The playlist contains what was asked for. Asked again at each new version, for a part index may turn out to be
 * beyond its segment's last part only when that segment closes: then it means part 0 of the next (HLS-RULES.md A3.35).
 */
export function isSatisfied(view: ReloadView, { msn, partIndex }: ReloadDirectives): boolean {
  if (view.isEnded || msn < view.lastMsn) return true;
  if (partIndex === undefined) return msn <= view.lastMsn;
  if (msn === view.lastMsn) return partIndex < view.lastParts || view.openParts > 0;
  return msn === view.lastMsn + 1 && partIndex < view.openParts;
}

function tooFarDetail(view: ReloadView, { msn, partIndex }: ReloadDirectives): string | undefined {
  if (msn > view.lastMsn + ADVANCE_SEGMENTS_MAX) {
    return `_HLS_msn is more than two past the last segment, ${view.lastMsn}.`;
  }
  if (partIndex === undefined || msn < view.lastMsn) return undefined;
  const known = msn === view.lastMsn ? view.lastParts : msn === view.lastMsn + 1 ? view.openParts : 0;
  const advance = partIndex - (known - 1);
  return advance > advancePartLimit(view.partTargetS) ? '_HLS_part is too far past the last part.' : undefined;
}

/** rfc8216bis §6.2.5.2, "Advance Part Limit". */
function advancePartLimit(partTargetS: number): number {
  return partTargetS < 1 ? 3 / partTargetS : 3;
}
