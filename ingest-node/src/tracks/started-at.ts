import type { TrackLane } from './track-lane.ts';

const MS_PER_S = 1_000;
/** A publisher's clock is believed as long as what it says lies so little before what came. */
const EARLIER_MS_MAX = 1_000;

/**
 * The wall time of a moment of the publisher's clock. By when it came, of the track that is the latest, since a broadcast's times are when viewers can
 * have its media (DASH's availabilityStartTime): an encoder that takes five seconds is five seconds late for everybody.
 * What the publisher itself says is taken where it agrees, for it does not depend on how the network was. Pure.
 */
export function startedAtMs(lanes: readonly TrackLane[], momentS: number): number {
  const cameAtMs = Math.max(...lanes.map((lane) => lane.cameAtMs(momentS)));
  const stated = [statedByTime(momentS), ...lanes.map((lane) => statedByProducer(lane, momentS))];
  const believed = stated.find((wallMs) => wallMs !== undefined && isBelieved(wallMs, cameAtMs));
  return Math.round(believed ?? cameAtMs);
}

function isBelieved(wallMs: number, cameAtMs: number): boolean {
  return wallMs <= cameAtMs && cameAtMs - wallMs <= EARLIER_MS_MAX;
}

/** Media times may count from 1970 (DASH-IF Live Media Ingest, interface 1). */
function statedByTime(momentS: number): number {
  return momentS * MS_PER_S;
}

/** `prft` (ISO/IEC 14496-12 §8.16.5). */
function statedByProducer({ capturedAt, track }: TrackLane, momentS: number): number | undefined {
  return capturedAt && capturedAt.wallMs + (momentS - capturedAt.timeTicks / track.timescaleHz) * MS_PER_S;
}
