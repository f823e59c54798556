/** Sightings of the live edge that are remembered: 6 s of `low` parts, long enough to see through one late part. */
const SIGHTINGS_MAX = 12;
/**
 * Which sighting is believed, counted from the latest arrival to the earliest. A sighting can only be late, never
 * early, so the truth lies near the earliest ones; the very earliest would keep believing a path that got slower.
 */
const TRUSTED_QUANTILE = 0.75;

/**
 * Where the live edge is at any moment, from the moments at which playlists were seen to grow. The playlist grows in
 * steps of a part; the line runs through the steps, so a playhead that keeps its distance to it does not wobble.
 */
export class EdgeLine {
  #leadsS: readonly number[] = [];

  /** The newest listed part ends at `edgeS` on the media timeline, as seen at `nowMs`. */
  sighted(edgeS: number, nowMs: number): void {
    this.#leadsS = [...this.#leadsS, edgeS - nowMs / 1000].slice(-SIGHTINGS_MAX);
  }

  /** The edge's place on the media timeline in seconds, or `undefined` before the first sighting. */
  at(nowMs: number): number | undefined {
    const leadsS = this.#leadsS.toSorted((a, b) => a - b);
    const leadS = leadsS[Math.min(leadsS.length - 1, Math.floor(leadsS.length * TRUSTED_QUANTILE))];
    return leadS === undefined ? undefined : leadS + nowMs / 1000;
  }

  forget(): void {
    this.#leadsS = [];
  }
}
