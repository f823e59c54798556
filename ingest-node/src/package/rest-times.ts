import { PackageError } from './package-error.ts';

/**
 * Changes that frames have not come to. The transcoder gives up before its encoders are 15 s behind, so there are fewer
 * segments between; more is a transcoder that says what it does not do.
 */
const CHANGES_MAX = 32;

interface Change {
  readonly fromMsn: number;
  readonly rests: boolean;
}

/** In which segments a rendition rests, as far as it is known. Pure. */
export class RestTimes {
  /** By segment; each is another than the one before. */
  readonly #changes: Change[] = [];
  #restsBefore = false;

  /** From segment `fromMsn` on it rests, or does not; what was said of this segment before is forgotten. */
  set(rests: boolean, fromMsn: number): void {
    if (this.#changes.at(-1)?.fromMsn === fromMsn) this.#changes.pop();
    const last = this.#changes.at(-1);
    if (last !== undefined && last.fromMsn > fromMsn) {
      throw new PackageError('rest-out-of-order', `segment ${fromMsn} after ${last.fromMsn}`);
    }
    if (rests === (last?.rests ?? this.#restsBefore)) return;
    this.#changes.push({ fromMsn, rests });
    if (this.#changes.length > CHANGES_MAX) throw new PackageError('rest-out-of-order', 'no frame follows');
  }

  /** The first segment from `msn` on in which it does not rest, if that is known. Those before are forgotten. */
  nextMade(msn: number): number | undefined {
    for (let soonest = msn; ; ) {
      while ((this.#changes[0]?.fromMsn ?? Number.POSITIVE_INFINITY) <= soonest) {
        this.#restsBefore = this.#changes.shift()?.rests ?? false;
      }
      if (!this.#restsBefore) return soonest;
      const [wake] = this.#changes;
      if (wake === undefined) return undefined;
      soonest = wake.fromMsn;
    }
  }
}
