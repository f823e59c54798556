import type { PartAnnounced, Rendition } from '@sluice/contracts';
import type { ListedId } from '../mux/muxed-id.ts';
import { WindowError } from './window-error.ts';

/** rfc8216bis §4.4.4.9: but for some, a part is at least so long, as a share of PART-TARGET. */
const PART_SHARE_MIN = 0.85;
/** Of any profile it is four. */
const SEGMENT_PARTS_MAX = 16;
/** Shorter than any frame. Durations are printed in microseconds and dates in milliseconds. */
const PART_MS_MIN = 1;

/** Where a rendition's next part goes: gaps that are held back count as listed. */
export interface PartDue {
  /** Where what is there ends; 0 before the first part, which begins the broadcast. */
  readonly startTicks: number;
  /** The segment that it goes on with; `undefined`: it begins one. */
  readonly segment:
    | { readonly initVersion: number; readonly durationTicks: number; readonly lentBy?: ListedId | undefined }
    | undefined;
  /** Of the part before it. Each lease, and each time that encoders are started anew, uses higher ones. */
  readonly initVersionMin: number;
  /** It is the first of other encoders: what those before it did not make may be left out. */
  readonly isSeam: boolean;
}

export interface PartLimits {
  readonly rendition: Pick<Rendition, 'timescaleHz' | 'partTargetTicks' | 'initVersion'>;
  readonly segmentTicksMax: number;
}

/**
 * Throws WindowError for a part that no playlist could list lawfully. Ours announce none: a node with a fault, or of
 * another version, does, and viewers must not have to pay for it.
 */
export function assertListable(part: PartAnnounced, due: PartDue, limits: PartLimits): void {
  const name = `${part.renditionId} ${part.msn}.${part.partIndex}`;
  assertDuration(part, name, limits);
  if (part.partIndex >= SEGMENT_PARTS_MAX) throw new WindowError('segment-in-too-many-parts', name);
  if (!part.isGap && part.sizeBytes === 0) throw new WindowError('part-empty', name);
  const { segment } = due;
  // HLS-RULES.md A1.15. What follows a gap need not be independent: whoever plays begins behind it.
  if (segment === undefined && !part.isIndependent && !part.isGap)
    throw new WindowError('segment-not-independent', name);
  if ((segment?.durationTicks ?? 0) + part.durationTicks > limits.segmentTicksMax)
    throw new WindowError('segment-too-long', name);
  if (segment !== undefined && part.initVersion !== segment.initVersion)
    throw new WindowError('init-changed-in-segment', name);
  if (part.initVersion < due.initVersionMin || part.initVersion > limits.rendition.initVersion)
    throw new WindowError('init-not-described', `${name} needs init segment ${part.initVersion}`);
  const isJump = due.isSeam && part.startTicks > due.startTicks;
  if (part.startTicks !== due.startTicks && !isJump)
    throw new WindowError('timestamps-not-contiguous', `${name} starts at ${part.startTicks}, not ${due.startTicks}`);
}

function assertDuration(part: PartAnnounced, name: string, { rendition }: PartLimits): void {
  const { timescaleHz, partTargetTicks } = rendition;
  const { durationTicks } = part;
  if (durationTicks > partTargetTicks) throw new WindowError('part-too-long', name);
  // HLS-RULES.md A1.7. A gap may turn out to follow, but it is too late to find out when it does not.
  const mayBeShort = part.isIndependent || part.isGap || part.isLastOfSegment;
  const isShort = !mayBeShort && durationTicks < PART_SHARE_MIN * partTargetTicks;
  if (isShort || durationTicks * 1_000 < PART_MS_MIN * timescaleHz) throw new WindowError('part-too-short', name);
}
